// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a Dockerfile says of how to run its image: ENTRYPOINT, CMD, USER, ENV, WORKDIR, STOPSIGNAL
 * of its last stage, with what that took over from earlier ones. Lines on how to build it are
 * passed over: the folder is built already.
 */
final class Dockerfile {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern ASSIGNMENT =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(\"[^\"]*\"|'[^']*'|\\S*)");
    private static final Map<String, Integer> SIGNALS =
            Map.of(
                    "SIGHUP",
                    1,
                    "SIGINT",
                    2,
                    "SIGQUIT",
                    3,
                    "SIGKILL",
                    9,
                    "SIGUSR1",
                    10,
                    "SIGUSR2",
                    12,
                    "SIGTERM",
                    15,
                    "SIGWINCH",
                    28);

    private static final class Stage {
        private List<String> entrypoint = List.of();
        private List<String> command = List.of();
        private Optional<String> user = Optional.empty();
        private Map<String, String> environment = new LinkedHashMap<>();
        private String workingDirectory = "/";
        private int stopSignal = 15;

        private Stage copy() {
            Stage copy = new Stage();
            copy.entrypoint = entrypoint;
            copy.command = command;
            copy.user = user;
            copy.environment = new LinkedHashMap<>(environment);
            copy.workingDirectory = workingDirectory;
            copy.stopSignal = stopSignal;
            return copy;
        }
    }

    private Dockerfile() {}

    /**
     * @throws IllegalArgumentException on a line that cannot be taken as it is, quoted
     */
    static Image read(String name, Path folder, String text) {
        Map<String, Stage> stages = new HashMap<>();
        Stage stage = new Stage();
        for (String line : instructions(text)) {
            String[] parts = line.split("\\s+", 2);
            String rest = parts.length > 1 ? parts[1].strip() : "";
            switch (parts[0].toUpperCase(Locale.ROOT)) {
                case "FROM" -> {
                    String[] from = rest.split("\\s+", -1);
                    Stage base = stages.get(from[0]);
                    stage = base == null ? new Stage() : base.copy();
                    if (from.length == 3) {
                        stages.put(from[2], stage);
                    }
                }
                case "ENTRYPOINT" -> {
                    stage.entrypoint = words(name, line, rest);
                    stage.command = List.of();
                }
                case "CMD" -> stage.command = words(name, line, rest);
                case "USER" -> stage.user = Optional.of(rest);
                case "WORKDIR" -> stage.workingDirectory = rest;
                case "STOPSIGNAL" -> stage.stopSignal = signal(name, line, rest);
                case "ENV" -> {
                    Matcher assignment = ASSIGNMENT.matcher(rest);
                    while (assignment.find()) {
                        stage.environment.put(assignment.group(1), unquoted(assignment.group(2)));
                    }
                }
                default -> {}
            }
        }
        return new Image(
                name,
                folder,
                stage.entrypoint,
                stage.command,
                stage.user,
                stage.environment,
                stage.workingDirectory,
                stage.stopSignal);
    }

    private static List<String> instructions(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String raw : text.lines().toList()) {
            String held = raw.strip();
            if (held.startsWith("#") || (held.isEmpty() && line.isEmpty())) {
                continue;
            }
            if (held.endsWith("\\")) {
                line.append(held, 0, held.length() - 1).append(' ');
                continue;
            }
            lines.add(line.append(held).toString());
            line.setLength(0);
        }
        return lines;
    }

    private static List<String> words(String name, String line, String json) {
        try {
            JsonNode array = JSON.readTree(json);
            if (array.isArray()) {
                return array.valueStream().map(JsonNode::asText).toList();
            }
        } catch (JsonProcessingException notAnArray) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "image " + name + ": " + line + " (expected: a JSON array of words)");
    }

    private static int signal(String name, String line, String signal) {
        Integer number = SIGNALS.get(signal.startsWith("SIG") ? signal : "SIG" + signal);
        if (number != null) {
            return number;
        }
        try {
            return Integer.parseInt(signal);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "image "
                            + name
                            + ": "
                            + line
                            + " (expected: a number or one of "
                            + SIGNALS.keySet()
                            + ")",
                    notANumber);
        }
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && (value.charAt(0) == '"' || value.charAt(0) == '\'');
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
