// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.resource.Kind;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/**
 * How an answer is to look: objects, or a {@code meta.k8s.io/v1} Table as {@code kubectl get}
 * prints it.
 *
 * @param include of each row's object: {@code None}, {@code Metadata} or {@code Object}
 */
record TableFormat(boolean isTable, String include) {

    static TableFormat of(Exchange exchange) {
        // In the order of preference: a table only where nothing else comes before it.
        String first = exchange.header("Accept").split(",", 2)[0].replace(" ", "");
        boolean table = first.contains("as=Table") && first.contains("v=v1;");
        return new TableFormat(
                table || (first.contains("as=Table") && first.contains("v=v1")),
                exchange.parameter("includeObject").orElse("Metadata"));
    }

    /**
     * @param header whether to name the columns
     */
    ObjectNode table(Kind kind, List<ObjectNode> objects, boolean header) {
        List<Column> columns = Columns.of(kind);
        ObjectNode table = JsonNodeFactory.instance.objectNode();
        table.put("kind", "Table");
        table.put("apiVersion", "meta.k8s.io/v1");
        table.putObject("metadata");
        ArrayNode definitions = table.putArray("columnDefinitions");
        if (header) {
            for (Column column : columns) {
                definitions
                        .addObject()
                        .put("name", column.name())
                        .put("type", column.type())
                        .put("format", column.name().equals("Name") ? "name" : "")
                        .put("description", column.name())
                        .put("priority", column.wide() ? 1 : 0);
            }
        }
        Instant now = Clock.systemUTC().instant();
        ArrayNode rows = table.putArray("rows");
        for (ObjectNode object : objects) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            for (Column column : columns) {
                cells.add(column.cell().apply(object, now));
            }
            switch (include) {
                case "None" -> {}
                case "Object" -> row.set("object", object);
                default -> row.set("object", partial(object));
            }
        }
        return table;
    }

    private static JsonNode partial(ObjectNode object) {
        ObjectNode partial = JsonNodeFactory.instance.objectNode();
        partial.put("kind", "PartialObjectMetadata");
        partial.put("apiVersion", "meta.k8s.io/v1");
        partial.set("metadata", object.path("metadata"));
        return partial;
    }
}
