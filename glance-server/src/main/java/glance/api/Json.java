package glance.api;

import glance.error.GlanceException;
import glance.http.Headers;
import glance.http.Response;
import glance.store.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Reads request bodies as trees and writes answers as streams. */
public final class Json {
    /**
     * Bytes of a JSON body. Upstream has no limit; this holds the largest record there may be and keeps a hostile client
     * from filling the heap.
     */
    public static final int MAX_BODY_BYTES = 2 << 20;

    private static final int MAX_DEPTH = 200;

    /** A body of nothing but {@code {}} makes a tree some fifty times its size. */
    private static final int MAX_TOKENS = 10_000;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxTokenCount(MAX_TOKENS)
                            .maxStringLength(MAX_BODY_BYTES)
                            .maxDocumentLength(MAX_BODY_BYTES)
                            .build())
                    .build())
            .build();

    private Json() {}

    /**
     * The body as an object or array; duplicate keys: the last wins.
     *
     * @throws GlanceException.InvalidRequest when there is none, or it is no JSON, or neither object nor array
     * @throws GlanceException.LimitExceeded when it is longer than {@link #MAX_BODY_BYTES}
     * @throws IOException when the client has gone
     */
    public static JsonNode read(Payload body) throws IOException {
        JsonNode tree;
        try (WholeBody whole = WholeBody.of(body, MAX_BODY_BYTES)) {
            if (whole.bytes().length == 0) {
                throw new GlanceException.InvalidRequest("A JSON request body is required.");
            }
            tree = parse(whole.bytes());
        }
        if (!tree.isContainer()) {
            throw new GlanceException.InvalidRequest("The request body must be a JSON object or array.");
        }
        return tree;
    }

    /** Parses a document; also used for the operator's schema file. */
    public static JsonNode parse(byte[] document) {
        try {
            // Decoded here: the parser would guess at other encodings and let some malformed sequences pass.
            return MAPPER.readTree(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(document))
                    .toString());
        } catch (CharacterCodingException malformed) {
            throw new GlanceException.InvalidRequest("Malformed JSON: the text is not UTF-8", malformed);
        } catch (StreamConstraintsException excess) {
            throw new GlanceException.InvalidRequest(
                    "The JSON has more than " + MAX_DEPTH + " levels, more than " + MAX_TOKENS
                            + " values and names, or a number of more than "
                            + StreamReadConstraints.DEFAULT_MAX_NUM_LEN + " digits",
                    excess);
        } catch (JacksonException malformed) {
            TokenStreamLocation at = malformed.getLocation();
            throw new GlanceException.InvalidRequest(
                    "Malformed JSON"
                            + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr()),
                    malformed);
        }
    }

    /** An array of one. */
    public static JsonNode arrayOf(JsonNode item) {
        return MAPPER.createArrayNode().add(item);
    }

    /** An answer whose body {@code writer} writes. */
    public static Response.Bytes answer(int status, Consumer<JsonGenerator> writer) {
        return answer(status, Headers.NONE, writer);
    }

    /** As {@link #answer(int, Consumer)}, with more headers. */
    public static Response.Bytes answer(int status, Headers headers, Consumer<JsonGenerator> writer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = MAPPER.createGenerator(out)) {
            writer.accept(json);
        }
        return new Response.Bytes(status, headers.with("Content-Type", "application/json"), out.toByteArray());
    }
}
