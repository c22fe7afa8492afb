package glance.fetch;

import java.net.InetAddress;
import java.util.Arrays;

/** Addresses that begin with the same bits, in CIDR notation (RFC 4632, RFC 4291). IPv4 and IPv6 never contain each other. */
record Subnet(InetAddress network, int bits) {
    /**
     * @param text e.g. {@code 10.0.0.0/8}, {@code fd00::/8}, or one address
     * @throws IllegalArgumentException saying what is wrong
     */
    static Subnet parse(String text) {
        int slash = text.indexOf('/');
        InetAddress network = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int most = network.getAddress().length * 8;
        String length = slash < 0 ? Integer.toString(most) : text.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > most) {
            throw new IllegalArgumentException("the prefix length in " + text + " is not a number from 0 to " + most);
        }
        return new Subnet(network, Integer.parseInt(length));
    }

    boolean contains(InetAddress address) {
        byte[] own = network.getAddress();
        byte[] other = address.getAddress();
        if (own.length != other.length) {
            return false;
        }
        int whole = bits / 8;
        int rest = bits % 8;
        int mask = 0xff << (8 - rest) & 0xff;
        return Arrays.equals(own, 0, whole, other, 0, whole)
                && (rest == 0 || ((own[whole] ^ other[whole]) & mask) == 0);
    }
}
