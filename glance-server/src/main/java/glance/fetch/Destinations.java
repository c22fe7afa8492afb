package glance.fetch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which addresses may be connected to. A user's URL must not reach what trusts this machine: itself, its neighbours on
 * the link, and the metadata services of clouds, in whatever spelling or IPv6 wrapping the address comes.
 */
final class Destinations {
    /** Special purposes of their own (RFC 6890), and metadata services that answer on other addresses than link-local ones. */
    private static final List<Subnet> CLOSED = subnets(
            "0.0.0.0/8",
            "240.0.0.0/4",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd20:ce::254",
            // Translation prefixes of a network's own choosing (RFC 8215): where the IPv4 address stands is not known.
            "64:ff9b:1::/48",
            // Teredo hides the IPv4 address by design.
            "2001::/32");

    /** Prefixes behind which four bytes of an IPv4 address follow: how many bits stand before them. */
    private static final List<Subnet> WRAPPING = subnets("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "2002::/16");

    private final List<Subnet> allowed;
    private final List<Subnet> disallowed;
    private final Names names;

    /** The name service. */
    @FunctionalInterface
    interface Names {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /** Closed are those of special kinds only. */
    Destinations(List<Subnet> allowed, Names names) {
        this(allowed, List.of(), names);
    }

    /**
     * @param allowed opened by the operator, whatever else says no
     * @param disallowed closed by the operator
     */
    Destinations(List<Subnet> allowed, List<Subnet> disallowed, Names names) {
        this.allowed = List.copyOf(allowed);
        this.disallowed = List.copyOf(disallowed);
        this.names = names;
    }

    /** Refused before a connection was made. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * The addresses of a host, all of which may be connected to: one look-up, so that what was checked is what is used.
     *
     * @throws Refused when any of them may not; a name that also points inside is not trusted at all
     */
    InetAddress[] resolve(String host) throws IOException {
        InetAddress[] addresses = names.addresses(host);
        for (InetAddress address : addresses) {
            Optional<String> kind = closed(address);
            if (kind.isPresent()) {
                throw new Refused("host " + host + " is at " + address.getHostAddress() + ", " + kind.get()
                        + "; the operator can open it by allowed_networks in [fetch]");
            }
        }
        return addresses;
    }

    /**
     * As {@link #resolve}, for a host that somebody else connects to. A name that is not known here may be known there; one that
     * some resolvers take for a number may not pass.
     */
    void requireOpen(String host) throws IOException {
        try {
            resolve(host);
        } catch (UnknownHostException notHere) {
            String last = host.substring(host.lastIndexOf('.') + 1);
            if (!last.matches("[A-Za-z][A-Za-z0-9-]*")) {
                throw notHere;
            }
        }
    }

    /** Why an address is closed, in words that follow it. */
    Optional<String> closed(InetAddress address) {
        if (allowed.stream().anyMatch(subnet -> subnet.contains(address))) {
            return Optional.empty();
        }
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return Optional.of("which is this machine");
        }
        if (address.isLinkLocalAddress()) {
            return Optional.of("which is on the link only, as metadata services are");
        }
        if (address.isMulticastAddress() || CLOSED.stream().anyMatch(subnet -> subnet.contains(address))) {
            return Optional.of("which is no public server's address");
        }
        if (disallowed.stream().anyMatch(subnet -> subnet.contains(address))) {
            return Optional.of("which is in disallowed_networks");
        }
        Optional<InetAddress> wrapped = wrapped(address);
        if (wrapped.isPresent()) {
            return closed(wrapped.get());
        }
        return isOwn(address) ? Optional.of("which is this machine") : Optional.empty();
    }

    /** The IPv4 address inside an IPv6 one, if any. */
    private static Optional<InetAddress> wrapped(InetAddress address) {
        return WRAPPING.stream()
                .filter(prefix -> prefix.contains(address))
                .findFirst()
                .map(prefix -> {
                    int from = prefix.bits() / 8;
                    try {
                        return InetAddress.getByAddress(Arrays.copyOfRange(address.getAddress(), from, from + 4));
                    } catch (UnknownHostException impossible) {
                        throw new UncheckedIOException(impossible);
                    }
                });
    }

    private static boolean isOwn(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            return false;
        }
    }

    private static List<Subnet> subnets(String... texts) {
        return Arrays.stream(texts).map(Subnet::parse).toList();
    }
}
