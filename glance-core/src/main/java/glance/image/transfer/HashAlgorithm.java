package glance.image.transfer;

import glance.config.ConfigException;
import glance.config.Option;
import glance.config.OptionGroup;
import glance.config.Section;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;

/**
 * The algorithm of the multihash.
 *
 * @param name as clients see it in {@code os_hash_algo}, e.g. {@code sha512}: Python's hashlib spelling
 */
public record HashAlgorithm(String name) {
    static final Option<String> HASHING_ALGORITHM = Option.text("hashing_algorithm")
            .orElse("sha512")
            .help("Algorithm of os_hash_algo and os_hash_value, e.g. sha256, sha512 or sha3_512.");

    /** The options of this component. */
    public static final OptionGroup OPTIONS =
            new OptionGroup("DEFAULT", "The secure hash of image data.", List.of(HASHING_ALGORITHM));

    private static final List<String> KNOWN = List.of(
            "sha512",
            "sha384",
            "sha256",
            "sha224",
            "sha512_256",
            "sha512_224",
            "sha3_512",
            "sha3_384",
            "sha3_256",
            "sha3_224",
            "sha1",
            "md5");

    /** The default. Below what the constructor looks at. */
    public static final HashAlgorithm SHA512 = new HashAlgorithm("sha512");

    public HashAlgorithm {
        if (!KNOWN.contains(name)) {
            throw new IllegalArgumentException(
                    "unknown hash algorithm '" + name + "'; accepted: " + String.join(", ", KNOWN));
        }
    }

    /**
     * @throws ConfigException when the service cannot compute it
     */
    public static HashAlgorithm from(Section section) {
        String name = section.get(HASHING_ALGORITHM).strip().toLowerCase(Locale.ROOT);
        try {
            return new HashAlgorithm(name);
        } catch (IllegalArgumentException unknown) {
            throw new ConfigException("option hashing_algorithm in [" + section.name() + "]: " + unknown.getMessage());
        }
    }

    /** A fresh digest. */
    public MessageDigest digest() {
        return digest(javaName());
    }

    /** The JDK's spelling: {@code sha512_256} is {@code SHA-512/256}, {@code sha3_512} is {@code SHA3-512}. */
    private String javaName() {
        if (name.startsWith("sha3_")) {
            return "SHA3-" + name.substring("sha3_".length());
        }
        return name.startsWith("sha") ? "SHA-" + name.substring("sha".length()).replace('_', '/') : "MD5";
    }

    static MessageDigest digest(String javaName) {
        try {
            return MessageDigest.getInstance(javaName);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this Java runtime has no digest " + javaName, missing);
        }
    }
}
