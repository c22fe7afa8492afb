package glance.client.cli;

import glance.client.Json;
import tools.jackson.databind.JsonNode;

/**
 * One value of an answer.
 *
 * @param value what the service said, for programs
 * @param text what a table shows, for people
 */
record Cell(JsonNode value, String text) {

    /** For a property table. */
    static Cell of(JsonNode value) {
        return new Cell(known(value), Rendering.cell(value));
    }

    /** For a list: what is null, false, 0, empty or missing leaves a table's cell empty. */
    static Cell listed(JsonNode value) {
        return new Cell(known(value), Rendering.listCell(value));
    }

    /** For a list whose rows the reference client holds as dictionaries: nothing is left empty. */
    static Cell plain(JsonNode value) {
        return new Cell(known(value), Rendering.plainCell(value));
    }

    static Cell text(String text) {
        return new Cell(Json.string(text), text);
    }

    private static JsonNode known(JsonNode value) {
        return value.isMissingNode() ? Json.nothing() : value;
    }
}
