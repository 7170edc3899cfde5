// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main.rehearse;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.serin.proxy.settings.PodFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a pod's volumes hold, and the certificate of a control plane at 127.0.0.1 that is trusted by
 * it: made anew each time, by the JDK's keytool, since only that knows how to sign certificates.
 *
 * @param folder that holds all of it, and goes with it
 * @param ofPod the pod's files in there
 * @param server the control plane's side of TLS
 */
record RehearsalFiles(Path folder, PodFiles ofPod, SslContext server) implements AutoCloseable {

    private static final String AUTHORITY = "authority";
    private static final String SERVER = "server";
    private static final String STORE = "keys";
    private static final String PASSWORD = "rehearsal";

    /** Makes them; takes a second. */
    static RehearsalFiles make() throws IOException {
        Path folder = Files.createTempDirectory("serin-rehearsal");
        Path store = folder.resolve(STORE);
        // Signatures of RSA are the ones that cost a proxy little to check.
        makePair(store, AUTHORITY, "bc:critical=ca:true", "-keyalg", "RSA", "-keysize", "2048");
        makePair(
                store,
                SERVER,
                "san=ip:127.0.0.1",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-signer",
                AUTHORITY);
        PodFiles files =
                new PodFiles(
                        folder.resolve("labels"),
                        folder.resolve("root-cert.pem"),
                        folder.resolve("istio-token"));
        Files.writeString(files.labels(), "app=\"reviews\"\nversion=\"v1\"\n");
        Files.writeString(files.token(), "header.claims.signature");
        try (InputStream stored = Files.newInputStream(store)) {
            // The format that the fewest classes read: they would all be in the AOT cache.
            KeyStore keys = KeyStore.getInstance("JKS");
            keys.load(stored, PASSWORD.toCharArray());
            Files.writeString(files.rootCertificates(), pem(keys.getCertificate(AUTHORITY)));
            return new RehearsalFiles(
                    folder,
                    files,
                    server(
                            (PrivateKey) keys.getKey(SERVER, PASSWORD.toCharArray()),
                            (X509Certificate) keys.getCertificate(SERVER)));
        } catch (GeneralSecurityException e) {
            throw new IOException("the rehearsal's certificates", e);
        }
    }

    private static void makePair(Path store, String alias, String extension, String... further)
            throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-genkeypair",
                                "-alias",
                                alias,
                                "-dname",
                                "CN=" + alias,
                                "-ext",
                                extension,
                                "-storetype",
                                "JKS"));
        arguments.addAll(List.of(further));
        keytool(store, arguments);
    }

    /** Signs a request of the one proxy that there is; takes half a second. */
    List<String> sign(String request) throws IOException {
        Path asked = Files.writeString(folder.resolve("request.pem"), request);
        Path signed = folder.resolve("certificate.pem");
        keytool(
                folder.resolve(STORE),
                List.of(
                        "-gencert",
                        "-rfc",
                        "-alias",
                        AUTHORITY,
                        "-infile",
                        asked.toString(),
                        "-outfile",
                        signed.toString(),
                        "-ext",
                        "san:critical=uri:" + RehearsalMesh.IDENTITY,
                        "-ext",
                        "eku=serverAuth,clientAuth"));
        return List.of(Files.readString(signed));
    }

    private static void keytool(Path store, List<String> arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-storepass",
                                PASSWORD,
                                "-keypass",
                                PASSWORD,
                                "-keystore",
                                store.toString()));
        command.addAll(1, arguments.subList(0, 1));
        command.addAll(arguments.subList(1, arguments.size()));
        try {
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IOException("keytool ended with " + code);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String pem(Certificate certificate) throws GeneralSecurityException {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private static SslContext server(PrivateKey key, X509Certificate certificate)
            throws IOException {
        return SslContextBuilder.forServer(key, certificate)
                .sslProvider(SslProvider.OPENSSL)
                .applicationProtocolConfig(
                        new ApplicationProtocolConfig(
                                Protocol.ALPN,
                                SelectorFailureBehavior.NO_ADVERTISE,
                                SelectedListenerFailureBehavior.ACCEPT,
                                ApplicationProtocolNames.HTTP_2))
                .build();
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
