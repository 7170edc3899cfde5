// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serin.e2e.cluster.Program;
import io.serin.e2e.cluster.Program.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** kubectl, as typed. */
public final class Kubectl {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path kubeconfig;

    Kubectl(Path kubeconfig) {
        this.kubeconfig = kubeconfig;
    }

    /** Runs it, however it ends; the words are split at spaces. */
    public Ended attempt(String words) {
        return run("", List.of(words.split(" ")));
    }

    /** Runs it with arguments that hold spaces, however it ends. */
    public Ended attempt(List<String> arguments) {
        return run("", arguments);
    }

    /** Runs it and returns what it printed; fails the story if it fails. */
    public String run(String words) {
        return attempt(words).orFail().out().strip();
    }

    /** Adds {@code -o json} and reads the answer. */
    public JsonNode json(String words) {
        return parse(run(words + " -o json"));
    }

    /** Applies a manifest, however it ends. */
    public Ended attemptApply(String manifest, String... more) {
        List<String> arguments = new ArrayList<>(List.of("apply", "-f", "-"));
        arguments.addAll(List.of(more));
        return run(manifest, arguments);
    }

    /** Applies a manifest; fails the story if it is refused. */
    public void apply(String manifest) {
        attemptApply(manifest).orFail();
    }

    /** Starts it and leaves it running, e.g. to follow a log. */
    public Process start(String words) {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(words.split(" ")));
        return Program.start(environment(), command);
    }

    /** Reads what a program printed. */
    public static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + json, e);
        }
    }

    private Ended run(String input, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(arguments);
        return Program.run(environment(), input, command);
    }

    private Map<String, String> environment() {
        return Map.of("KUBECONFIG", kubeconfig.toString());
    }
}
