package glance.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FetchConfigTest {
    private static FetchConfig allowing(String... networks) {
        return new FetchConfig(List.of(networks), Duration.ofSeconds(1), Duration.ofSeconds(1));
    }

    @Test
    void aNetworkThatIsNoneIsNamedWithWhatIsAccepted() {
        assertThatThrownBy(() -> allowing("127.0.0.1", "10.0.0.0/99").allowed())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("allowed_networks in [fetch]")
                .hasMessageContaining("10.0.0.0/99")
                .hasMessageContaining("10.1.0.0/16");
    }

    @Test
    void aClosedNetworkThatIsNoneIsNamedToo() {
        FetchConfig config =
                new FetchConfig(List.of(), List.of("example.test"), Duration.ofSeconds(1), Duration.ofSeconds(1));
        assertThatThrownBy(config::disallowed)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("disallowed_networks in [fetch]");
    }

    @Test
    void networksAndSingleAddressesAreRead() {
        assertThat(allowing("10.1.0.0/16", "fd00::/8", "127.0.0.1").allowed())
                .anyMatch(subnet -> subnet.contains(InetAddress.ofLiteral("10.1.255.1")))
                .anyMatch(subnet -> subnet.contains(InetAddress.ofLiteral("fd12::1")))
                .noneMatch(subnet -> subnet.contains(InetAddress.ofLiteral("127.0.0.2")));
    }
}
