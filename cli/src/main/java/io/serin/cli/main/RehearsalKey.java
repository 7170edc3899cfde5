// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.main;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * By which the rehearsal's API server is known, as a real one would be.
 *
 * @param certificate in PEM, in base64, as a kubeconfig has it
 */
record RehearsalKey(SSLContext context, String certificate) {

    private static final String NAME = "rehearsal";

    /** A new one, for 127.0.0.1, signed by itself. Takes a moment: the JDK's keytool makes it. */
    static RehearsalKey make() throws IOException {
        Path folder = Files.createTempDirectory("serin-rehearsal");
        Path file = folder.resolve("key.p12");
        try {
            int code = new ProcessBuilder(keytool(file)).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IOException("keytool ended with " + code);
            }
            return read(file);
        } catch (GeneralSecurityException unusable) {
            throw new IOException(unusable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException(stopped);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private static List<String> keytool(Path file) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-alias",
                NAME,
                "-dname",
                "CN=" + NAME,
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                NAME,
                "-keystore",
                file.toString());
    }

    private static RehearsalKey read(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream held = Files.newInputStream(file)) {
            store.load(held, NAME.toCharArray());
        }
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NAME.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        String pem =
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(store.getCertificate(NAME).getEncoded())
                        + "\n-----END CERTIFICATE-----\n";
        return new RehearsalKey(
                context,
                Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
