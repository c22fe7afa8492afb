package glance.store.s3;

import glance.store.StoreException;
import glance.store.remote.BufferBody;
import glance.store.remote.Retry;
import glance.store.remote.StoreHttp;
import glance.store.remote.StreamedCall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls of the S3 protocol that a store of images needs, on one endpoint. Thread-safe. */
final class S3Client {
    private static final Logger LOG = LoggerFactory.getLogger(S3Client.class);

    /** Of an answer that is read whole: a thousand names at most. */
    private static final int ANSWER_BYTES = 4 << 20;

    /** Names of one list. */
    private static final int PAGE = 1000;

    private static final Map<String, String> NOTHING = Map.of();

    private final S3Config config;
    private final S3Wire wire;
    private final Retry retry;
    /** Some servers do not know {@code If-None-Match} on a PUT and say so. */
    private volatile boolean conditional = true;

    S3Client(S3Config config, StoreHttp http, Retry retry) {
        this.config = config;
        this.wire = new S3Wire(config, http);
        this.retry = retry;
    }

    /**
     * An object, or with an empty key a bucket.
     *
     * @param keys who asks for it; empty: whom the configuration names at the time of the call
     */
    record Target(String bucket, String key, Optional<S3Config.Keys> keys) {}

    /** Signs with these from now on, uploads and downloads under way included. */
    void use(S3Config.Keys next) {
        wire.use(next);
    }

    /** A part as the server acknowledged it. */
    record SentPart(String etag, @Nullable String checksum) {}

    /** An object as it is listed. */
    record Listed(String key, long size, String modifiedAt) {}

    /** An unfinished upload. */
    record Unfinished(String key, String upload, String begunAt) {}

    /** Bytes of the object; empty when there is none. */
    OptionalLong head(Target target) throws IOException {
        return retry.run(() -> {
            try (StoreHttp.Answer answer = call("HEAD", target, NOTHING, NOTHING, null)) {
                if (answer.status() == 404) {
                    return OptionalLong.empty();
                }
                require(answer, target);
                return answer.number("Content-Length");
            }
        });
    }

    /** Whether the bucket is there. */
    boolean bucketExists(Target bucket) throws IOException {
        return retry.run(() -> {
            try (StoreHttp.Answer answer = call("HEAD", bucket, NOTHING, NOTHING, null)) {
                if (answer.status() == 404) {
                    return false;
                }
                require(answer, bucket);
                return true;
            }
        });
    }

    void createBucket(Target bucket) throws IOException {
        // us-east-1 is the one region that must not be named.
        String body = config.region().equals("us-east-1")
                ? ""
                : "<CreateBucketConfiguration><LocationConstraint>" + config.region()
                        + "</LocationConstraint></CreateBucketConfiguration>";
        try (StoreHttp.Answer answer = call("PUT", bucket, NOTHING, NOTHING, text(body))) {
            if (answer.status() != 409) { // somebody else was faster
                require(answer, bucket);
            }
        }
    }

    /**
     * Opens a slice; asks once.
     *
     * @param last position of the last byte
     * @return an answer with status 206, or 200 when the server gives everything; the caller closes it
     */
    StoreHttp.Answer get(Target target, long first, long last) throws IOException {
        StoreHttp.Answer answer = call("GET", target, NOTHING, Map.of("Range", "bytes=" + first + "-" + last), null);
        if (answer.status() == 206 || answer.status() == 200) {
            return answer;
        }
        try (answer) {
            if (answer.status() == 416) {
                throw new StoreException.NotFound("object has no bytes " + first + " to " + last);
            }
            throw failure(answer, target);
        }
    }

    /**
     * Stores {@code bytes} as one object, unless there is one already.
     *
     * @throws LostAnswer when the object may or may not be there
     */
    void put(Target target, ByteBuffer bytes) throws IOException {
        Map<String, String> headers = putHeaders(bytes);
        try (StoreHttp.Answer answer = call("PUT", target, NOTHING, headers, new BufferBody(bytes))) {
            if (!refusesCondition(answer, headers)) {
                stored(answer, target);
                return;
            }
        } catch (StoreException told) {
            throw told;
        } catch (IOException lost) {
            throw new LostAnswer(lost);
        }
        put(target, bytes);
    }

    private Map<String, String> putHeaders(ByteBuffer bytes) {
        Map<String, String> headers = new HashMap<>(conditionHeaders());
        if (config.checksums()) {
            headers.put("x-amz-checksum-crc32", crc32(bytes));
        }
        return headers;
    }

    /** Begins to store an object of {@code size} bytes, which is there when the last byte has been written. */
    StreamedCall beginPut(Target target, long size) {
        return wire.begin("PUT", target, size);
    }

    /** Whether the server takes a body that is not part of the signature, as far as is known: only such can be streamed. */
    boolean takesStreams() {
        return !wire.signsBodies();
    }

    /** Judges the answer to a PUT. */
    private static void stored(StoreHttp.Answer answer, Target target) throws IOException {
        if (answer.status() == 412) {
            throw new StoreException.AlreadyExists("there is data at " + place(target) + " already");
        }
        require(answer, target);
    }

    /** Judges the answer to a PUT whose body was streamed. A server that wants it signed gets no other such. */
    void streamed(StoreHttp.Answer answer, Target target) throws IOException {
        if (answer.status() == 400) {
            byte[] content = answer.content(ANSWER_BYTES);
            wire.refused(code(content));
            throw failure(answer, content, target);
        }
        stored(answer, target);
    }

    /** The call may have done its work: its answer did not come. */
    static final class LostAnswer extends IOException {
        private static final long serialVersionUID = 1L;

        LostAnswer(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Removes the object; an absent one is no error to S3. */
    void delete(Target target) throws IOException {
        retry.run(() -> {
            try (StoreHttp.Answer answer = call("DELETE", target, NOTHING, NOTHING, null)) {
                if (answer.status() != 404) {
                    require(answer, target);
                }
                return true;
            }
        });
    }

    /** Begins an upload in parts and gives its id. */
    String beginParts(Target target) throws IOException {
        Map<String, String> headers = config.checksums() ? Map.of("x-amz-checksum-algorithm", "CRC32") : NOTHING;
        try (StoreHttp.Answer answer = call("POST", target, Map.of("uploads", ""), headers, null)) {
            require(answer, target);
            return field(answer.content(ANSWER_BYTES), "UploadId");
        }
    }

    SentPart putPart(Target target, String upload, int number, ByteBuffer part) throws IOException {
        Map<String, String> query = Map.of("partNumber", Integer.toString(number), "uploadId", upload);
        String checksum = config.checksums() ? crc32(part) : null;
        Map<String, String> headers = checksum == null ? NOTHING : Map.of("x-amz-checksum-crc32", checksum);
        return retry.run(() -> {
            try (StoreHttp.Answer answer = call("PUT", target, query, headers, new BufferBody(part))) {
                require(answer, target);
                String etag = answer.header("ETag")
                        .orElseThrow(
                                () -> new IOException("the store acknowledged part " + number + " without an ETag"));
                return new SentPart(etag, checksum);
            }
        });
    }

    /**
     * Makes one object of the parts, unless there is one already.
     *
     * @throws StoreException.NotFound when the upload was aborted meanwhile
     * @throws LostAnswer when the object may or may not be there
     */
    void completeParts(Target target, String upload, List<SentPart> parts) throws IOException {
        StringBuilder body = new StringBuilder("<CompleteMultipartUpload>");
        for (int i = 0; i < parts.size(); i++) {
            SentPart part = parts.get(i);
            body.append("<Part><PartNumber>")
                    .append(i + 1)
                    .append("</PartNumber><ETag>")
                    .append(escaped(part.etag()));
            body.append("</ETag>");
            if (part.checksum() != null) {
                body.append("<ChecksumCRC32>").append(part.checksum()).append("</ChecksumCRC32>");
            }
            body.append("</Part>");
        }
        body.append("</CompleteMultipartUpload>");
        Map<String, String> headers = conditionHeaders();
        try (StoreHttp.Answer answer =
                call("POST", target, Map.of("uploadId", upload), headers, text(body.toString()))) {
            if (refusesCondition(answer, headers)) {
                completeParts(target, upload, parts);
                return;
            }
            stored(answer, target);
            byte[] content = answer.content(ANSWER_BYTES);
            // S3 begins its answer before it is through, and may end it with an error under status 200.
            if (!S3Xml.each("Error", content).isEmpty()) {
                throw failure(answer, content, target);
            }
        } catch (StoreException told) {
            throw told;
        } catch (IOException lost) {
            throw new LostAnswer(lost);
        }
    }

    /** Gives up an upload in parts; an unknown one is no error. */
    void abortParts(Target target, String upload) throws IOException {
        retry.run(() -> {
            try (StoreHttp.Answer answer = call("DELETE", target, Map.of("uploadId", upload), NOTHING, null)) {
                if (answer.status() != 404) {
                    require(answer, target);
                }
                return true;
            }
        });
    }

    /** Unfinished uploads of keys that begin with {@code prefix}; none where the server keeps no list. */
    List<Unfinished> unfinished(Target bucket, String prefix) throws IOException {
        return unfinished(bucket, prefix, PAGE);
    }

    /** The same in pages of another size. */
    List<Unfinished> unfinished(Target bucket, String prefix, int page) throws IOException {
        List<Unfinished> all = new ArrayList<>();
        Map<String, String> after = NOTHING;
        while (true) {
            Map<String, String> query = new HashMap<>(after);
            query.put("uploads", "");
            query.put("prefix", prefix);
            query.put("max-uploads", Integer.toString(page));
            byte[] content = retry.run(() -> {
                try (StoreHttp.Answer answer = call("GET", bucket, query, NOTHING, null)) {
                    if (answer.status() == 404 || answer.status() == 501) {
                        return new byte[0];
                    }
                    require(answer, bucket);
                    return answer.content(ANSWER_BYTES);
                }
            });
            Map<String, String> next = addUnfinished(content, all);
            if (next.isEmpty() || next.equals(after)) {
                return all;
            }
            after = next;
        }
    }

    /** Says where the next page begins; nothing when there is none. */
    private static Map<String, String> addUnfinished(byte[] content, List<Unfinished> all) throws IOException {
        if (content.length == 0) {
            return NOTHING;
        }
        for (Map<String, String> one : S3Xml.each("Upload", content)) {
            all.add(new Unfinished(
                    one.getOrDefault("Key", ""), one.getOrDefault("UploadId", ""), one.getOrDefault("Initiated", "")));
        }
        Map<String, String> page = S3Xml.each("", content).getFirst();
        String key = page.getOrDefault("NextKeyMarker", "");
        return key.isEmpty() || !page.getOrDefault("IsTruncated", "").equals("true")
                ? NOTHING
                : Map.of("key-marker", key, "upload-id-marker", page.getOrDefault("NextUploadIdMarker", ""));
    }

    /**
     * A page of the bucket's objects in the order of their keys.
     *
     * @param after the last key of the page before, or empty
     */
    List<Listed> list(Target bucket, String after) throws IOException {
        return retry.run(() -> {
            // The first version of the listing: every server knows it, and a key is all there is to go on from.
            try (StoreHttp.Answer answer =
                    call("GET", bucket, Map.of("marker", after, "max-keys", Integer.toString(PAGE)), NOTHING, null)) {
                require(answer, bucket);
                return S3Xml.each("Contents", answer.content(ANSWER_BYTES)).stream()
                        .map(one -> new Listed(
                                one.getOrDefault("Key", ""),
                                Long.parseLong(one.getOrDefault("Size", "0")),
                                one.getOrDefault("LastModified", "")))
                        .toList();
            }
        });
    }

    // --- one call ---

    /** Whether the server says that it does not know the condition it was sent; then it is not bothered with one again. */
    private boolean refusesCondition(StoreHttp.Answer answer, Map<String, String> sent) {
        if (answer.status() != 501 || !sent.containsKey("If-None-Match")) {
            return false;
        }
        conditional = false;
        LOG.debug("server knows no conditional writes endpoint={}", config.endpoint());
        return true;
    }

    private Map<String, String> conditionHeaders() {
        return conditional ? Map.of("If-None-Match", "*") : NOTHING;
    }

    private StoreHttp.Answer call(
            String method,
            Target target,
            Map<String, String> query,
            Map<String, String> headers,
            @Nullable BufferBody body)
            throws IOException {
        return wire.call(method, target, query, headers, body);
    }

    private static BufferBody text(String body) {
        return new BufferBody(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String escaped(String etag) {
        return etag.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    private static String crc32(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.duplicate());
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static String field(byte[] document, String name) throws IOException {
        List<Map<String, String>> root = S3Xml.each("", document);
        String value = root.isEmpty() ? null : root.getFirst().get(name);
        if (value == null) {
            throw new IOException("the store's answer has no " + name);
        }
        return value;
    }

    // --- what answers mean ---

    private static String place(Target target) {
        return target.bucket() + "/" + target.key();
    }

    private static void require(StoreHttp.Answer answer, Target target) throws IOException {
        if (answer.status() / 100 != 2) {
            throw failure(answer, target);
        }
    }

    private static IOException failure(StoreHttp.Answer answer, Target target) throws IOException {
        return failure(answer, answer.content(ANSWER_BYTES), target);
    }

    static IOException failure(StoreHttp.Answer answer, byte[] content, Target target) {
        int status = answer.status();
        String code = code(content);
        String told = "S3 answered " + status + (code.isEmpty() ? "" : " " + code) + " for " + place(target);
        return switch (code) {
            case "NoSuchKey", "NoSuchBucket", "NoSuchUpload" -> new StoreException.NotFound(told);
            case "QuotaExceeded", "EntityTooLarge", "InsufficientStorage", "InsufficientStorageSpace" ->
                new StoreException.Full(told, null);
            case "PreconditionFailed", "ConditionalRequestConflict" -> new StoreException.AlreadyExists(told);
            default ->
                switch (status) {
                    case 404 -> new StoreException.NotFound(told);
                    case 401, 403 -> new StoreException.Denied(told, null);
                    case 413, 507 -> new StoreException.Full(told, null);
                    default ->
                        Retry.isTrouble(status) || status == 200
                                ? Retry.Trouble.of(answer, told)
                                : new StoreException.Unavailable(told, null);
                };
        };
    }

    /** The error's name in S3's words; empty when there is none. */
    static String code(byte[] content) {
        if (content.length == 0) {
            return "";
        }
        try {
            List<Map<String, String>> errors = S3Xml.each("Error", content);
            return errors.isEmpty() ? "" : errors.getFirst().getOrDefault("Code", "");
        } catch (IOException noXml) {
            return "";
        }
    }
}
