// SPDX-License-Identifier: Apache-2.0
package io.serin.kube;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which cluster a person means. The client library takes another one where a file or a context is
 * not there; a person who has misspelt a name must not change the wrong cluster.
 */
final class Kubeconfig {

    private static final String VARIABLE = "KUBECONFIG";

    private Kubeconfig() {}

    /**
     * @param file else what the variable names, else as kubectl would find it
     * @param environment {@code KUBECONFIG}: files, with the system's separator; and {@code PATH}
     * @param context else the file's current one
     * @throws IllegalArgumentException when a file can't be read, has no such context, or has the
     *     context's user log in by a program that is not there
     */
    static Config read(
            Optional<Path> file, Map<String, String> environment, Optional<String> context) {
        String source = file.map(named -> "kubeconfig: " + named).orElse(VARIABLE);
        Config config;
        if (file.isPresent()) {
            checkReadable(source, Files.isRegularFile(file.get()) && Files.isReadable(file.get()));
            config =
                    parsed(
                            source,
                            () -> Config.fromKubeconfig(context.orElse(null), file.get().toFile()));
        } else {
            Optional.ofNullable(environment.get(VARIABLE))
                    .filter(files -> !files.isBlank())
                    .ifPresent(files ->
                            checkReadable(
                                    VARIABLE + ": " + files,
                                    Pattern.compile(Pattern.quote(File.pathSeparator))
                                            .splitAsStream(files)
                                            .map(Path::of)
                                            .anyMatch(Files::isReadable)));
            config = parsed(source, () -> Config.autoConfigure(context.orElse(null)));
        }
        context.ifPresent(wanted -> checkContext(wanted, config));
        LoginProgram.check(config, environment.getOrDefault("PATH", ""));
        return config;
    }

    private static void checkReadable(String source, boolean isReadable) {
        if (!isReadable) {
            throw new IllegalArgumentException(
                    source + " can't be read (expected: a kubeconfig file)");
        }
    }

    /** The library has no exception of its own for a file that is something else, or empty. */
    private static Config parsed(String source, Supplier<Config> parse) {
        try {
            return parse.get();
        } catch (RuntimeException unreadable) {
            throw new IllegalArgumentException(
                    source + " holds something else (expected: a kubeconfig in YAML)", unreadable);
        }
    }

    private static void checkContext(String wanted, Config config) {
        NamedContext current = config.getCurrentContext();
        if (current == null || !wanted.equals(current.getName())) {
            throw new IllegalArgumentException(
                    "context: '"
                            + wanted
                            + "' (expected: one of the kubeconfig's: "
                            + config.getContexts().stream()
                                    .map(NamedContext::getName)
                                    .collect(Collectors.joining(", "))
                            + ")");
        }
    }
}
