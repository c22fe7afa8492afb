package glance.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.auth.Secret;
import glance.config.ConfigException;
import glance.error.GlanceException;
import glance.store.StoreLocation;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocationCipherTest {
    private static final Secret KEY = new Secret("0123456789abcdef");

    @ParameterizedTest
    @ValueSource(ints = {16, 24, 32})
    void urlsOfAnyLengthComeBackUnderEachKeySize(int keyBytes) {
        LocationCipher cipher = new LocationCipher(new Secret("k".repeat(keyBytes)));
        for (int length = 0; length < 50; length++) {
            String url = "ü".repeat(length % 3) + "x".repeat(length);
            assertThat(cipher.decrypt(cipher.encrypt(url))).isEqualTo(url);
        }
    }

    @Test
    void ciphertextIsIvAndWholeBlocksInUrlSafeBase64() {
        String text = new LocationCipher(KEY).encrypt("x".repeat(16));
        assertThat(text).matches("[A-Za-z0-9_=-]+");
        assertThat(Base64.getUrlDecoder().decode(text)).hasSize(16 + 32);
        assertThat(new LocationCipher(KEY).encrypt("x".repeat(16))).isNotEqualTo(text);
    }

    /** Made with openssl: AES-128-CBC, zero IV, of the URL, a zero byte and the bytes 0x01 up to a block. */
    @Test
    void textOfAnotherMakerIsRead() {
        String text = "AAAAAAAAAAAAAAAAAAAAAFu7XGgBjaqi3I8nZN3JHAEFftddxDlrg4LiA5POUnzl";
        assertThat(new LocationCipher(KEY).decrypt(text)).isEqualTo("file:///images/42");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 17, 33})
    void otherKeySizesAreRefusedWithoutTheKey(int keyBytes) {
        String key = "k".repeat(keyBytes);
        assertThatThrownBy(() -> new LocationCipher(new Secret(key)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("metadata_encryption_key")
                .hasMessageContaining("16, 24 or 32");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "not base64 at all", "AAAAAAAAAAAAAAAAAAAAAA=="})
    void whatIsNoCiphertextIsRefused(String text) {
        assertThatThrownBy(() -> new LocationCipher(KEY).decrypt(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void plainUrlsFromBeforeTheKeyAreRead() {
        assertThat(LocationText.of(KEY).plainUrl("file:///images/42")).isEqualTo("file:///images/42");
    }

    @Test
    void undecipherableColumnIsUnavailable() {
        assertThatThrownBy(() -> LocationText.of(KEY).plainUrl("AAAA")).isInstanceOf(GlanceException.Unavailable.class);
    }

    @Test
    void metadataIsCompactJsonAndNothingReadsAsEmpty() {
        LocationText plain = LocationText.of(null);
        assertThat(plain.metadata(Map.of("store", "file"))).isEqualTo("{\"store\":\"file\"}");
        assertThat(plain.metadata(Map.of())).isEqualTo("{}");
        assertThat(plain.location("file:///x", null)).isEqualTo(StoreLocation.of("file:///x"));
        for (String nothing : new String[] {"", "null", "{}"}) {
            assertThat(plain.location("file:///x", nothing)).isEqualTo(StoreLocation.of("file:///x"));
        }
    }
}
