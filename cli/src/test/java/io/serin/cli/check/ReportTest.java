// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a checkup of a damaged cluster looks like: {@code -Dgolden=update} rewrites the files. */
class ReportTest {

    private static final Path GOLDEN = Path.of("src/test/resources/io/serin/cli/check/golden");

    @ParameterizedTest
    @EnumSource
    void isAsItWasReadInTheDiff(Report.Form form) throws IOException {
        World world = World.healthy();
        world.namespace("typo", "{istio.io/rev: 1-O}");
        world.namespace("both", "{istio-injection: disabled, istio.io/rev: 1-0}");
        for (int entry = 0; entry < 2; entry++) {
            world.hook("istio-sidecar-injector-1-0", entry)
                    .withObject("/clientConfig")
                    .put("caBundle", World.bundle("stranger"));
        }
        for (int i = 0; i < 12; i++) {
            world.add(
                    Source.PODS,
                    """
                    metadata: {name: late-%d, namespace: shop}
                    spec: {containers: [{name: app}]}
                    status: {phase: Running}
                    """
                            .formatted(i));
        }
        world.unread(Source.LEASES, "leases is forbidden");
        world.noPage("istiod-1-1-x", "no answer within 10 s");
        Scope scope = new Scope(Optional.empty(), Set.of(), Optional.of("1-2"));

        String report = Report.of(Checkup.of(world.facts(), scope), form);

        Path file = GOLDEN.resolve(form.name().toLowerCase(Locale.ROOT) + ".txt");
        if ("update".equals(System.getProperty("golden"))) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, report);
        }
        assertThat(report).isEqualTo(Files.readString(file));
    }
}
