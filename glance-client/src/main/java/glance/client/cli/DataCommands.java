package glance.client.cli;

import glance.client.ClientException;
import glance.client.Download;
import glance.client.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Commands that move image data. */
final class DataCommands {
    private static final String IMAGE = "<IMAGE_ID>";

    private DataCommands() {}

    static Command upload() {
        return new Command(
                "image-upload",
                "Upload data for a specific image.",
                grammar -> grammar.add(Grammar.text(
                                "--file",
                                "<FILE>",
                                "Local file with the image data. Alternatively, the data come from standard input."))
                        .add(Grammar.integer("--size", "<IMAGE_SIZE>", "Size in bytes of the image data."))
                        .add(Grammar.flag("--progress", "Show upload progress bar."))
                        .add(Grammar.text("--store", "<STORE>", "Store to upload the image to."))
                        .argument(IMAGE, "ID of image to upload data to."),
                DataCommands::upload);
    }

    private static void upload(Invocation call) throws IOException {
        Arguments given = call.arguments();
        try (ImageSource source = ImageSource.of(given.text("--file"), call.terminal())) {
            if (source == null) {
                throw new ClientException("No image data: give --file or redirect standard input");
            }
            OptionalLong size = given.has("--size") ? given.integer("--size") : source.size();
            Progress progress = ProgressBar.on(call.terminal(), given.has("--progress"));
            String store = LocationCommands.chosenStore(call);
            String id = call.imageId(given.required(IMAGE));
            call.client().upload(id, source.data(), size, store, progress);
        }
    }

    static Command download() {
        return new Command(
                "image-download",
                "Download a specific image.",
                grammar -> grammar.add(Grammar.flag(
                                "--allow-md5-fallback",
                                "When the image's hash algorithm is not available here, verify the MD5 checksum"
                                        + " instead. Defaults to env[OS_IMAGE_ALLOW_MD5_FALLBACK]."))
                        .add(Grammar.text(
                                "--file",
                                "<FILE>",
                                "Local file to save the image data to; an interrupted download is continued. Without"
                                        + " it the data go to standard output, which must not be a terminal."))
                        .add(Grammar.flag("--progress", "Show download progress bar."))
                        .add(Grammar.text(
                                "--prefer",
                                "<STORE[,STORE,...]>",
                                "Stores to read from first, if they have the image."))
                        .argument(IMAGE, "ID of image to download."),
                DataCommands::download);
    }

    private static void download(Invocation call) {
        Arguments given = call.arguments();
        String file = requireSink(call);
        boolean md5 =
                given.has("--allow-md5-fallback") || call.terminal().variable("OS_IMAGE_ALLOW_MD5_FALLBACK") != null;
        Download download = new Download(
                call.client(),
                call.imageId(given.required(IMAGE)),
                new Download.Options(stores(given.text("--prefer")), md5),
                ProgressBar.on(call.terminal(), given.has("--progress")));
        save(call, download, file);
    }

    /** The file to save to, or null for standard output, which must not be a terminal. */
    static @Nullable String requireSink(Invocation call) {
        String file = call.arguments().text("--file");
        if (file == null && call.terminal().outIsTerminal()) {
            throw new ClientException("No redirection or local file specified for downloaded image data. Please"
                    + " specify a local file with --file to save downloaded image or redirect output to another"
                    + " source.");
        }
        return file;
    }

    /** @param file from {@link #requireSink} */
    static void save(Invocation call, Download download, @Nullable String file) {
        if (file == null) {
            download.to(new Sink(call.out()));
        } else {
            download.to(call.terminal().directory().resolve(file));
        }
    }

    private static @Nullable String stores(@Nullable String list) {
        if (list == null) {
            return null;
        }
        String clean = Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(store -> !store.isEmpty())
                .collect(Collectors.joining(","));
        return clean.isEmpty() ? null : clean;
    }

    /** Standard output that says when nobody takes it any more: a print stream keeps silent. */
    private static final class Sink extends OutputStream {
        private final PrintStream out;

        Sink(PrintStream out) {
            this.out = out;
        }

        @Override
        public void write(int one) throws IOException {
            out.write(one);
            requireTaken();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            requireTaken();
        }

        private void requireTaken() throws IOException {
            if (out.checkError()) {
                throw new IOException("standard output cannot be written");
            }
        }
    }
}
