package glance.registry.sql;

import glance.auth.Secret;
import glance.config.ConfigException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Upstream's encryption of {@code image_locations.value}: URL-safe base64 of a random 16-byte IV and the AES-CBC
 * ciphertext of the URL, one zero byte, and random non-zero bytes up to whole blocks. Nothing authenticates it.
 * Thread-safe.
 */
final class LocationCipher {
    private static final int BLOCK = 16;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    /**
     * @throws ConfigException when the key is not 16, 24 or 32 bytes long
     */
    LocationCipher(Secret secret) {
        byte[] bytes = secret.reveal().getBytes(StandardCharsets.UTF_8);
        if (bytes.length != 16 && bytes.length != 24 && bytes.length != 32) {
            throw new ConfigException("option metadata_encryption_key in [DEFAULT] has " + bytes.length
                    + " bytes; accepted: 16, 24 or 32 bytes");
        }
        key = new SecretKeySpec(bytes, "AES");
    }

    String encrypt(String url) {
        byte[] plain = url.getBytes(StandardCharsets.UTF_8);
        byte[] padded = new byte[(plain.length / BLOCK + 1) * BLOCK];
        System.arraycopy(plain, 0, padded, 0, plain.length);
        for (int i = plain.length + 1; i < padded.length; i++) {
            padded[i] = (byte) (1 + random.nextInt(255));
        }
        byte[] iv = new byte[BLOCK];
        random.nextBytes(iv);
        byte[] sealed = run(Cipher.ENCRYPT_MODE, iv, padded, 0);
        return Base64.getUrlEncoder()
                .encodeToString(ByteBuffer.allocate(BLOCK + sealed.length)
                        .put(iv)
                        .put(sealed)
                        .array());
    }

    /**
     * @throws IllegalArgumentException when the text is not what this key encrypts
     */
    String decrypt(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (bytes.length < 2 * BLOCK || bytes.length % BLOCK != 0) {
            throw new IllegalArgumentException("not whole cipher blocks");
        }
        byte[] plain = run(Cipher.DECRYPT_MODE, Arrays.copyOf(bytes, BLOCK), bytes, BLOCK);
        int end = plain.length - 1;
        while (end >= 0 && plain[end] != 0) {
            end--;
        }
        if (end < plain.length - BLOCK) {
            throw new IllegalArgumentException("no padding in the last block");
        }
        return new String(plain, 0, end, StandardCharsets.UTF_8);
    }

    private byte[] run(int mode, byte[] iv, byte[] input, int offset) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
            cipher.init(mode, key, new IvParameterSpec(iv));
            return cipher.doFinal(input, offset, input.length - offset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CBC is not available", e);
        }
    }
}
