package glance.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationsTest {
    private final Destinations destinations = new Destinations(List.of(), InetAddress::getAllByName);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.8.9.10",
                "127.1",
                "2130706433",
                "localhost",
                "0.0.0.0",
                "0.1.2.3",
                "::",
                "::1",
                "0:0:0:0:0:0:0:1",
                "::ffff:127.0.0.1",
                "::127.0.0.1",
                "::ffff:0:127.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::a9fe:a9fe",
                "2002:7f00:1::",
                "2002:a9fe:a9fe::1",
                "2001::1",
                "169.254.169.254",
                "::ffff:169.254.169.254",
                "fe80::1",
                "fd00:ec2::254",
                "fd20:ce::254",
                "100.100.100.200",
                "168.63.129.16",
                "192.0.0.192",
                "224.0.0.1",
                "ff02::1",
                "240.0.0.1",
                "255.255.255.255"
            })
    void whatOnlyThisMachineReachesIsClosed(String host) {
        assertThatThrownBy(() -> destinations.resolve(host))
                .isInstanceOf(Destinations.Refused.class)
                .hasMessageContaining(host)
                .hasMessageContaining("allowed_networks in [fetch]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"192.0.2.7", "10.11.12.13", "192.168.1.1", "2001:db8::1", "fd12:3456::1", "64:ff9b::c000:207"})
    void otherAddressesAreOpen(String host) throws Exception {
        assertThat(destinations.resolve(host)).containsExactly(InetAddress.ofLiteral(host));
    }

    @Test
    void everyOwnAddressIsClosed() throws Exception {
        List<InetAddress> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .toList();
        assertThat(own)
                .isNotEmpty()
                .allMatch(address -> destinations.closed(address).isPresent());
    }

    @Test
    void aNameThatAlsoPointsInsideIsRefusedWhole() {
        Destinations mixed = new Destinations(List.of(), _ ->
                new InetAddress[] {InetAddress.ofLiteral("192.0.2.7"), InetAddress.ofLiteral("127.0.0.1")});
        assertThatThrownBy(() -> mixed.resolve("images.example.test"))
                .isInstanceOf(Destinations.Refused.class)
                .hasMessageContaining("127.0.0.1");
    }

    @Test
    void theOperatorOpensNetworks() throws Exception {
        Destinations opened = new Destinations(
                List.of(Subnet.parse("127.0.0.0/31"), Subnet.parse("fe80::/10")), InetAddress::getAllByName);
        assertThat(opened.resolve("127.0.0.1")).hasSize(1);
        assertThat(opened.closed(InetAddress.ofLiteral("fe80::7"))).isEmpty();
        assertThat(opened.closed(InetAddress.ofLiteral("127.0.0.2"))).isPresent();
        assertThat(opened.closed(InetAddress.ofLiteral("::1"))).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, true",
        "::ffff:10.1.2.3, true",
        "64:ff9b::a01:203, true",
        "fd12::1, true",
        "10.9.9.9, false",
        "11.1.2.3, false"
    })
    void theOperatorClosesNetworksButForThoseThatAreOpened(String address, boolean closed) {
        Destinations private10 = new Destinations(
                List.of(Subnet.parse("10.9.0.0/16")),
                List.of(Subnet.parse("10.0.0.0/8"), Subnet.parse("fc00::/7")),
                InetAddress::getAllByName);
        assertThat(private10.closed(InetAddress.ofLiteral(address)).isPresent()).isEqualTo(closed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/", "fd00::/129", "example.test", "10.0.0.0/-1"})
    void otherTextsAreNoNetworks(String text) {
        assertThatThrownBy(() -> Subnet.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
