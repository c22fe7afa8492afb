package glance.client.cli;

import glance.client.ClientException;
import glance.client.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Commands about tasks, for administrators. */
final class TaskCommands {
    private static final String TASK = "<TASK_ID>";
    private static final long PAGE_SIZE = 20;

    private TaskCommands() {}

    static Command list() {
        return new Command(
                "task-list",
                "List tasks you can access.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--sort-key", "", "Sort by this field; by status if not given.")
                                .oneOf("id", "type", "status"))
                        .add(Grammar.text("--sort-dir", "", "Sort in this direction; desc if not given.")
                                .oneOf("asc", "desc"))
                        .add(Grammar.integer("--page-size", "<SIZE>", "Number of tasks to request in each request."))
                        .add(Grammar.text("--type", "<TYPE>", "Only tasks of this type."))
                        .add(Grammar.text("--status", "<STATUS>", "Only tasks of this status.")),
                TaskCommands::list);
    }

    private static void list(Invocation call) {
        Arguments given = call.arguments();
        List<Map.Entry<String, String>> filters = new ArrayList<>();
        for (String option : List.of("--type", "--status")) {
            String word = given.text(option);
            if (word != null) {
                filters.add(Map.entry(option.substring(2), word));
            }
        }
        long pageSize = Math.max(1, given.integer("--page-size").orElse(PAGE_SIZE));
        filters.add(Map.entry("limit", Long.toString(pageSize)));
        filters.add(Map.entry("sort_key", given.or("--sort-key", "status")));
        filters.add(Map.entry("sort_dir", given.or("--sort-dir", "desc")));
        Listing list = new Listing("ID", "Type", "Status", "Owner");
        call.tasks()
                .list(
                        filters,
                        task -> list.row(
                                Cell.listed(task.path("id")),
                                Cell.listed(task.path("type")),
                                Cell.listed(task.path("status")),
                                Cell.listed(task.path("owner"))));
        call.print(list);
    }

    static Command show() {
        return new Command(
                "task-show",
                "Describe a specific task.",
                grammar -> grammar.formatted().argument(TASK, "ID of task to describe."),
                call -> print(call, call.tasks().get(call.arguments().required(TASK))));
    }

    static Command create() {
        return new Command(
                "task-create",
                "Create a new task.",
                grammar -> grammar.formatted()
                        .add(Grammar.text("--type", "<TYPE>", "Type of the task; import is what services offer."))
                        .add(Grammar.text("--input", "<STRING>", "What the task needs to know, as a JSON object.")),
                call -> {
                    String type = call.arguments().text("--type");
                    String input = call.arguments().or("--input", "{}");
                    if (type == null || type.isEmpty() || input.isEmpty()) {
                        throw new ClientException("Unable to create task. Specify task type and input.");
                    }
                    ObjectNode task = Json.object().put("type", type);
                    task.set("input", JsonArgument.object("Input", input));
                    print(call, call.tasks().create(task));
                });
    }

    private static void print(Invocation call, ObjectNode task) {
        task.remove(List.of("self", "schema"));
        call.print(Rendering.object(task, Rendering.MAX_COLUMNS));
    }
}
