// SPDX-License-Identifier: Apache-2.0
package io.serin.kube;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.ExecConfig;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The program that a kubeconfig's user logs in by, as {@code gke-gcloud-auth-plugin}. Where it is
 * not there, the client library asks without credentials, and people see "Unauthorized".
 *
 * <p>Source: Kubernetes documentation, "Authenticating", client-go credential plugins.
 */
final class LoginProgram {

    private LoginProgram() {}

    /**
     * @param path folders, with the system's separator
     * @throws IllegalArgumentException when the current user's program is not there; ends with the
     *     kubeconfig's own words on how to install it
     */
    static void check(Config config, String path) {
        File file = config.getFileWithAuthInfo();
        Optional<String> user =
                Optional.ofNullable(config.getCurrentContext())
                        .map(NamedContext::getContext)
                        .map(Context::getUser);
        if (file != null && user.isPresent()) {
            of(file.toPath(), user.get())
                    .ifPresent(program -> check(user.get(), program, file.toPath(), path));
        }
    }

    private static Optional<ExecConfig> of(Path file, String user) {
        try {
            return new KubernetesSerialization()
                            .unmarshal(
                                    Files.readString(file),
                                    io.fabric8.kubernetes.api.model.Config.class)
                            .getUsers()
                            .stream()
                            .filter(known -> user.equals(known.getName()))
                            .map(NamedAuthInfo::getUser)
                            .filter(Objects::nonNull)
                            .findFirst()
                            .map(AuthInfo::getExec);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A command with a separator starts from its file's folder, any other one is in the path. */
    private static void check(String user, ExecConfig program, Path file, String path) {
        String command = program.getCommand();
        String expected;
        if (command.contains(File.separator)) {
            Path place = file.toAbsolutePath().resolveSibling(command).normalize();
            if (isProgram(place)) {
                return;
            }
            expected = "a program at " + place;
        } else {
            if (Pattern.compile(Pattern.quote(File.pathSeparator))
                    .splitAsStream(path)
                    .filter(folder -> !folder.isEmpty())
                    .anyMatch(folder -> isProgram(Path.of(folder, command)))) {
                return;
            }
            expected = "a program in PATH";
        }
        throw new IllegalArgumentException(
                "kubeconfig: user '"
                        + user
                        + "' logs in by '"
                        + command
                        + "', which is not there (expected: "
                        + expected
                        + ")"
                        + hint(program));
    }

    private static boolean isProgram(Path place) {
        return Files.isRegularFile(place) && Files.isExecutable(place);
    }

    /** Without what would act on a terminal. */
    private static String hint(ExecConfig program) {
        return Optional.ofNullable(program.getInstallHint()).stream()
                .flatMap(String::lines)
                .map(line -> line.replaceAll("\\p{Cntrl}", "").strip())
                .filter(line -> !line.isEmpty())
                .map(line -> "\n  " + line)
                .collect(Collectors.joining());
    }
}
