package glance.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

class AddressesTest {
    private static InetSocketAddress at(String address) {
        return new InetSocketAddress(address, 1);
    }

    @Test
    void eachAddressHasItsOwnShareAndGetsBackWhatItLeaves() {
        Addresses addresses = new Addresses(new HttpServerConfig.PerAddress(1, false));
        assertThat(addresses.enter(at("192.0.2.1"))).isTrue();
        assertThat(addresses.enter(at("192.0.2.1"))).isFalse();
        assertThat(addresses.enter(at("192.0.2.1"))).isFalse();
        assertThat(addresses.enter(at("192.0.2.2"))).isTrue();
        addresses.leave(at("192.0.2.1"));
        assertThat(addresses.enter(at("192.0.2.1"))).isTrue();
    }

    @Test
    void aNetworkOfOneCustomerIsOneAddress() {
        Addresses addresses = new Addresses(new HttpServerConfig.PerAddress(1, false));
        assertThat(addresses.enter(at("2001:db8:0:1::1"))).isTrue();
        assertThat(addresses.enter(at("2001:db8:0:1:ffff::2"))).isFalse();
        assertThat(addresses.enter(at("2001:db8:0:2::1"))).isTrue();
    }

    @Test
    void whoIsOnThisMachineIsCountedOnlyWhenAsked() {
        Addresses usual = new Addresses(new HttpServerConfig.PerAddress(1, false));
        assertThat(usual.enter(at("127.0.0.1"))).isTrue();
        assertThat(usual.enter(at("127.0.0.1"))).isTrue();
        assertThat(usual.enter(at("::1"))).isTrue();
        assertThat(usual.enter(at("::1"))).isTrue();
        Addresses asked = new Addresses(new HttpServerConfig.PerAddress(1, true));
        assertThat(asked.enter(at("127.0.0.1"))).isTrue();
        assertThat(asked.enter(at("127.0.0.1"))).isFalse();
        assertThat(asked.enter(UnixDomainSocketAddress.of("/s"))).isTrue();
        assertThat(asked.enter(UnixDomainSocketAddress.of("/s"))).isTrue();
    }
}
