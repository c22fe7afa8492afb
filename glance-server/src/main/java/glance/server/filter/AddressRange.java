package glance.server.filter;

import glance.config.ConfigException;
import java.net.InetAddress;
import java.util.Objects;

/** A network in CIDR form, e.g. {@code 10.0.0.0/8} or {@code fd00::/8}; a bare address is a range of one. */
public record AddressRange(InetAddress network, int prefixBits) {
    /** @throws ConfigException when the text is no network */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        try {
            InetAddress network = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            int longest = network.getAddress().length * 8;
            int bits = slash < 0 ? longest : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > longest) {
                throw new IllegalArgumentException("prefix length");
            }
            return new AddressRange(network, bits);
        } catch (IllegalArgumentException notANetwork) {
            throw new ConfigException("'" + text + "' is not a network; accepted: an address, or ADDRESS/BITS");
        }
    }

    public boolean contains(InetAddress address) {
        byte[] mine = network.getAddress();
        byte[] theirs = address.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefixBits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((mine[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return Objects.requireNonNull(network.getHostAddress()) + "/" + prefixBits;
    }
}
