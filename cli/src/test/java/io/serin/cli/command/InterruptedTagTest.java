// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.cli.client.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ctrl-C in the middle of a change of a tag: the thread that is at it is interrupted. */
class InterruptedTagTest extends OnTaggedMesh {

    private final Thread worker = Thread.currentThread();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream stderr = System.err;

    @BeforeEach
    void listen() {
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stopListening() {
        System.setErr(stderr);
        var _ = Thread.interrupted();
    }

    @Test
    void aTagThatIsNotProvenYetGoesBack() throws IOException {
        mesh.tag("prod", "1-0", "0-9");
        mesh.cluster.on(
                TaggedMesh.TRIAL,
                201,
                asked -> asked.contains("\"prod\"") ? interrupting(asked) : mesh.injected(asked));

        set();

        assertThat(pointsTo()).isEqualTo("1-0");
        assertThat(said())
                .isEqualTo(
                        "interrupted; tag prod is where it was; to have all of it:"
                                + " serin tag set prod --revision 1-1 --overwrite\n");
    }

    /** Whether it was written is not known to who does not hear the answer. */
    @Test
    void aTagThatIsBeingWrittenGoesBack() throws IOException {
        mesh.tag("prod", "1-0", "");
        mesh.cluster.after(request -> {
            if (request.startsWith("PATCH " + TaggedMesh.PROD)
                    && mesh.cluster.sent("PATCH " + TaggedMesh.PROD).size() == 1) {
                worker.interrupt();
            }
        });

        set();

        assertThat(mesh.cluster.sent("PATCH " + TaggedMesh.PROD)).hasSize(2);
        assertThat(pointsTo()).isEqualTo("1-0");
        assertThat(said()).startsWith("interrupted; tag prod is where it was; ");
    }

    @Test
    void aTagThatIsProvenStaysAndWhatIsLeftIsSaid() throws IOException {
        mesh.tag("prod", "1-1", "1-0");
        mesh.cluster.on(
                "PATCH " + TaggedMesh.SERVICES + "/istiod-revision-tag-prod",
                200,
                this::interrupting);

        assertThat(typed.refusal(ExitCode.FAILED, "tag", "undo", "prod", "--yes")).isEmpty();

        assertThat(pointsTo()).isEqualTo("1-0");
        assertThat(said())
                .as("undone again it would point to 1-1")
                .isEqualTo(
                        "interrupted, and not all is done; to have all of it:"
                                + " serin tag set prod --revision 1-0 --overwrite\n");
    }

    private void set() throws IOException {
        String[] set = {"tag", "set", "prod", "--revision", "1-1", "--overwrite", "--yes"};
        assertThat(typed.refusal(ExitCode.FAILED, set)).isEmpty();
        assertThat(worker.isInterrupted()).isTrue();
    }

    private String interrupting(String answer) {
        worker.interrupt();
        return answer;
    }

    /** Where the last write of the tag has it point to. */
    private String pointsTo() throws IOException {
        JsonNode last = TaggedMesh.parse(mesh.cluster.sent("PATCH " + TaggedMesh.PROD).getLast());
        return last.at("/metadata/labels/istio.io~1rev").asText();
    }

    /** Without what was waited for. */
    private String said() {
        return err.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("waiting for "))
                .map(line -> line + "\n")
                .reduce("", String::concat);
    }
}
