package glance.client.cli;

import glance.client.Json;
import glance.client.MetadefClient.Part;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Which resources a metadata definitions namespace is for. */
final class ResourceTypeCommands {
    private static final String NAMESPACE = NamespaceCommands.NAMESPACE;
    private static final String TYPE = "<RESOURCE_TYPE>";

    private ResourceTypeCommands() {}

    static Command associate() {
        return new Command(
                "md-resource-type-associate",
                "Associate resource type with a metadata definitions namespace.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--name", "<NAME>", "Name of the resource type, such as OS::Nova::Flavor."))
                        .add(Grammar.text(
                                "--prefix",
                                "<PREFIX>",
                                "What stands before the names of the namespace's properties on such a resource,"
                                        + " separator included."))
                        .add(Grammar.text(
                                "--properties-target",
                                "<PROPERTIES_TARGET>",
                                "Which of the resource's several sets of properties is meant, such as image."))
                        .argument(NAMESPACE, "Name of namespace."),
                ResourceTypeCommands::associate);
    }

    private static void associate(Invocation call) {
        ObjectNode association = Json.object();
        for (String option : List.of("--name", "--prefix", "--properties-target")) {
            String word = call.arguments().text(option);
            if (word != null) {
                association.put(option.substring(2).replace('-', '_'), word);
            }
        }
        ObjectNode created =
                call.metadefs().create(call.arguments().required(NAMESPACE), Part.RESOURCE_TYPE, association);
        created.remove("self");
        call.print(Rendering.object(created, Rendering.MAX_COLUMNS));
    }

    static Command deassociate() {
        return new Command(
                "md-resource-type-deassociate",
                "Deassociate resource type with a metadata definitions namespace.",
                grammar -> grammar.argument(NAMESPACE, "Name of namespace.").argument(TYPE, "Name of resource type."),
                call -> call.metadefs()
                        .delete(
                                call.arguments().required(NAMESPACE),
                                Part.RESOURCE_TYPE,
                                call.arguments().required(TYPE)));
    }

    static Command list() {
        return new Command("md-resource-type-list", "List available resource type names.", Grammar::formatted, call -> {
            Listing list = new Listing("name");
            call.metadefs().resourceTypes().forEach(each -> list.row(Cell.listed(each.path("name"))));
            call.print(list);
        });
    }

    static Command ofNamespace() {
        return new Command(
                "md-namespace-resource-type-list",
                "List resource types associated to specific namespace.",
                grammar -> grammar.formatted().argument(NAMESPACE, "Name of namespace."),
                call -> MetadefCommands.list(call, Part.RESOURCE_TYPE, "name", "prefix", "properties_target"));
    }
}
