// SPDX-License-Identifier: Apache-2.0
package io.serin.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kubeconfigs whose users log in by a program. */
class LoginProgramTest {

    @TempDir private Path folder;

    private Path programs;
    private String path;

    @BeforeEach
    void makeFolders() throws IOException {
        programs = Files.createDirectory(folder.resolve("bin"));
        path = folder.resolve("empty") + File.pathSeparator + programs;
    }

    /** Once the cluster was asked without credentials, and people read "Unauthorized". */
    @Test
    void refusesAProgramThatIsNotInThePathWithTheWordsOnHowToInstallIt() throws IOException {
        Path file = kubeconfig("serin-test-login");

        assertThatThrownBy(() -> read(file, "cloud"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        """
                        kubeconfig: user 'me' logs in by 'serin-test-login', which is not there \
                        (expected: a program in PATH)
                          Install it:
                          serin-cloud [1minstall login\
                        """);
    }

    @Test
    void takesAProgramThatIsInThePath() throws IOException {
        Path file = kubeconfig("serin-test-login");
        program("serin-test-login");

        assertThat(read(file, "cloud").getMasterUrl()).startsWith("https://cloud.test");
    }

    @Test
    void aFileThatNobodyMayRunIsNoProgram() throws IOException {
        Path file = kubeconfig("serin-test-login");
        Files.writeString(programs.resolve("serin-test-login"), "");

        assertThatThrownBy(() -> read(file, "cloud")).hasMessageContaining("is not there");
    }

    @Test
    void startsAtTheKubeconfigWhereTheProgramIsNamedByARelativePath() throws IOException {
        Path file = kubeconfig("./bin/login");
        assertThatThrownBy(() -> read(file, "cloud"))
                .hasMessageContaining("(expected: a program at " + programs.resolve("login") + ")");

        program("login");
        assertThat(read(file, "cloud").getMasterUrl()).startsWith("https://cloud.test");
    }

    @Test
    void takesAnAbsolutePathAsItIs() throws IOException {
        Path file = kubeconfig(programs.resolve("login").toString());
        assertThatThrownBy(() -> read(file, "cloud"))
                .hasMessageContaining("(expected: a program at " + programs.resolve("login") + ")");

        program("login");
        assertThat(read(file, "cloud").getMasterUrl()).startsWith("https://cloud.test");
    }

    @Test
    void leavesOtherContextsAlone() throws IOException {
        assertThat(read(kubeconfig("serin-test-login"), "home").getMasterUrl())
                .startsWith("https://home.test");
    }

    private Config read(Path file, String context) {
        return Kubeconfig.read(Optional.of(file), Map.of("PATH", path), Optional.of(context));
    }

    private void program(String name) throws IOException {
        Path program = Files.writeString(programs.resolve(name), "#!/bin/sh\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path kubeconfig(String command) throws IOException {
        return Files.writeString(
                folder.resolve("config"),
                """
                apiVersion: v1
                kind: Config
                current-context: home
                clusters:
                - {name: home, cluster: {server: "https://home.test"}}
                - {name: cloud, cluster: {server: "https://cloud.test"}}
                users:
                - {name: you, user: {token: t}}
                - name: me
                  user:
                    exec:
                      apiVersion: client.authentication.k8s.io/v1
                      command: %s
                      installHint: "Install it:\\n\\nserin-cloud \\e[1minstall login\\n"
                contexts:
                - {name: home, context: {cluster: home, user: you}}
                - {name: cloud, context: {cluster: cloud, user: me}}
                """
                        .formatted(command));
    }
}
