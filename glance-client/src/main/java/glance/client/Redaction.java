package glance.client;

import java.util.regex.Pattern;

/**
 * Takes secrets out of text that people will read: the login in an address, what signs an address ({@code X-Amz-Signature},
 * {@code temp_url_sig}, …), members of JSON documents whose name says that they are secret.
 */
final class Redaction {
    private static final String HIDDEN = "***";

    private static final Pattern LOGIN = Pattern.compile("://[^/@\\s\"'?#]*@");

    private static final Pattern SIGNED = Pattern.compile(
            "([?&;][\\w.%-]*(?:sig|signature|credential|token|secret|password|accesskeyid|policy)=)[^&;\\s\"'#]*",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern MEMBER = Pattern.compile(
            "(\"(?:[\\w.-]*(?:password|passwd|secret|secret_key|access_key)|token|auth_token|adminPass)\"\\s*:\\s*\")"
                    + "(?:[^\"\\\\]|\\\\.)*\"",
            Pattern.CASE_INSENSITIVE);

    private Redaction() {}

    static String of(String text) {
        String anonymous = LOGIN.matcher(text).replaceAll("://" + HIDDEN + "@");
        String unsigned = SIGNED.matcher(anonymous).replaceAll("$1" + HIDDEN);
        return MEMBER.matcher(unsigned).replaceAll("$1" + HIDDEN + "\"");
    }
}
