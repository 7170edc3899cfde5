// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.name.SpiffeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningRequestTest {

    @TempDir Path temp;

    /** The JDK's own reader checks the signature too. */
    @Test
    void isOneThatOthersCanRead() throws Exception {
        SpiffeId self =
                new SpiffeId(
                        "cluster.local",
                        "shop",
                        "a-rather-long-name-of-an-account.".repeat(5) + "x");
        SigningRequest request = SigningRequest.make(self);

        String read = keytool(request.pem());
        assertThat(read)
                .contains("PKCS #10 Certificate Request (Version 1.0)")
                .contains("Format: X.509")
                .contains("256-bit EC (secp256r1) key")
                .contains("SubjectAlternativeName [")
                .contains("URIName: " + self);
        assertThat(request.toString()).doesNotContain("BEGIN");
    }

    private String keytool(String pem) throws Exception {
        Path file = Files.writeString(temp.resolve("request.pem"), pem);
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-J-Duser.language=en",
                                "-printcertreq",
                                "-v",
                                "-file",
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(out).isZero();
        return out;
    }
}
