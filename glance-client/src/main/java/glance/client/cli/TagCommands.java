package glance.client.cli;

import glance.client.ClientException;
import glance.client.Json;
import glance.client.MetadefClient.Part;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** The commands about tags of a metadata definitions namespace. */
final class TagCommands {
    static final String TAG = "<TAG>";
    private static final String NAMESPACE = NamespaceCommands.NAMESPACE;

    private TagCommands() {}

    static Command create() {
        return new Command(
                "md-tag-create",
                "Add a new metadata definitions tag inside a namespace.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--name", "<NAME>", "The name of the new tag to add.")
                                .needed())
                        .argument(NAMESPACE, "Name of the namespace the tag will belong to."),
                call -> print(
                        call,
                        call.metadefs()
                                .createTag(
                                        call.arguments().required(NAMESPACE),
                                        MetadefCommands.named(call.arguments().required("--name")))));
    }

    static Command createMultiple() {
        return new Command(
                "md-tag-create-multiple",
                "Create new metadata definitions tags inside a namespace.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--names", "<NAMES>", "A comma separated list of tag names.")
                                .needed())
                        .add(Grammar.text("--delim", "<DELIM>", "What separates the names, if not a comma."))
                        .add(Grammar.flag("--append", "Keep the tags there are; otherwise they are replaced."))
                        .argument(NAMESPACE, "Name of the namespace the tags will belong to."),
                TagCommands::createMultiple);
    }

    private static void createMultiple(Invocation call) {
        Arguments given = call.arguments();
        String delimiter = given.text("--delim");
        String separator = delimiter == null || delimiter.isEmpty() ? "," : delimiter;
        List<String> names = Arrays.stream(given.required("--names").split(Pattern.quote(separator), -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        if (names.isEmpty()) {
            throw new ClientException("Please supply at least one tag name. For example: --names Tag1");
        }
        Listing list = new Listing("name");
        call.metadefs()
                .createTags(given.required(NAMESPACE), names, given.has("--append"))
                .forEach(each -> list.row(Cell.listed(each.path("name"))));
        call.print(list);
    }

    static Command update() {
        return new Command(
                "md-tag-update",
                "Rename a metadata definitions tag inside a namespace.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--name", "<NAME>", "New name of the tag.")
                                .needed())
                        .argument(NAMESPACE, "Name of the namespace to which the tag belongs.")
                        .argument(TAG, "Name of the old tag."),
                call -> {
                    String namespace = call.arguments().required(NAMESPACE);
                    String name = MetadefCommands.named(call.arguments().required("--name"));
                    call.metadefs()
                            .replace(
                                    namespace,
                                    Part.TAG,
                                    call.arguments().required(TAG),
                                    Json.object().put("name", name));
                    print(call, call.metadefs().get(namespace, Part.TAG, name));
                });
    }

    static Command show() {
        return new Command(
                "md-tag-show",
                "Describe a specific metadata definitions tag inside a namespace.",
                grammar -> grammar.formatted()
                        .argument(NAMESPACE, "Name of the namespace to which the tag belongs.")
                        .argument(TAG, "Name of the tag."),
                call -> print(
                        call,
                        call.metadefs()
                                .get(
                                        call.arguments().required(NAMESPACE),
                                        Part.TAG,
                                        call.arguments().required(TAG))));
    }

    static Command list() {
        return new Command(
                "md-tag-list",
                "List metadata definitions tags inside a specific namespace.",
                grammar -> grammar.formatted().argument(NAMESPACE, "Name of namespace."),
                call -> MetadefCommands.list(call, Part.TAG, "name"));
    }

    private static void print(Invocation call, ObjectNode tag) {
        tag.remove("self");
        call.print(Rendering.object(tag, Rendering.MAX_COLUMNS));
    }
}
