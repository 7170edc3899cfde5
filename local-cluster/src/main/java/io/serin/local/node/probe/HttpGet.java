// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.probe;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * One request on a connection of its own, as the kubelet asks: 200 to 399 is a success, HTTPS
 * without looking at the certificate. Redirects are answers, not followed: what is asked for is
 * whether the container answers. Written on sockets, since {@code java.net.http} lets nobody set
 * {@code Host}, and costs threads that a node of a hundred probes does not need.
 *
 * @param headers in their order; {@code Host} replaces ours
 */
record HttpGet(
        String address, int port, String path, boolean tls, List<Map.Entry<String, String>> headers)
        implements Check {

    private static final int LONGEST_HEAD = 16 * 1024;

    HttpGet {
        headers = List.copyOf(headers);
    }

    @Override
    public Outcome ask(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        String url = (tls ? "https" : "http") + "://" + address + ":" + port + path;
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(address, port), left(deadline));
            if (!tls) {
                return talk(plain, url, deadline);
            }
            plain.setSoTimeout(left(deadline));
            try (SSLSocket socket =
                    (SSLSocket)
                            trusting()
                                    .getSocketFactory()
                                    .createSocket(plain, address, port, true)) {
                socket.startHandshake();
                return talk(socket, url, deadline);
            }
        } catch (SocketTimeoutException late) {
            return new Outcome(
                    false,
                    "Get \""
                            + url
                            + "\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        } catch (IOException failed) {
            String why = String.valueOf(failed.getMessage());
            if (why.equals("Connection refused")) {
                why = "dial tcp " + address + ":" + port + ": connect: connection refused";
            }
            return new Outcome(false, "Get \"" + url + "\": " + why);
        }
    }

    private static int left(long deadline) throws SocketTimeoutException {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) Math.min(left, Integer.MAX_VALUE);
    }

    private Outcome talk(Socket socket, String url, long deadline) throws IOException {
        socket.getOutputStream().write(request().getBytes(StandardCharsets.ISO_8859_1));
        InputStream input = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0 && head.length() < LONGEST_HEAD) {
            socket.setSoTimeout(left(deadline));
            byte[] chunk = new byte[2048];
            int read = input.read(chunk);
            if (read < 0) {
                break;
            }
            head.append(new String(chunk, 0, read, StandardCharsets.ISO_8859_1));
        }
        int code = code(head);
        if (code < 0) {
            return new Outcome(
                    false,
                    "Get \"" + url + "\": " + (head.isEmpty() ? "EOF" : "malformed HTTP response"));
        }
        return code >= 200 && code < 400
                ? new Outcome(true, "HTTP " + code)
                : new Outcome(false, "HTTP probe failed with statuscode: " + code);
    }

    private static int code(StringBuilder head) {
        if (head.length() < 12 || !head.substring(0, 5).equals("HTTP/")) {
            return -1;
        }
        try {
            return Integer.parseInt(head.substring(9, 12));
        } catch (NumberFormatException notHttp) {
            return -1;
        }
    }

    private String request() {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
        line(request, "Host", address + ":" + port);
        line(request, "User-Agent", "kube-probe/1.36");
        line(request, "Accept", "*/*");
        headers.stream()
                .filter(header ->
                        List.of("host", "user-agent", "accept").stream()
                                .noneMatch(header.getKey().toLowerCase(Locale.ROOT)::equals))
                .forEach(header ->
                        request.append(header.getKey() + ": " + header.getValue() + "\r\n"));
        return request.append("Connection: close\r\n\r\n").toString();
    }

    private void line(StringBuilder request, String name, String otherwise) {
        String value =
                headers.stream()
                        .filter(header -> header.getKey().equalsIgnoreCase(name))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(otherwise);
        request.append(name + ": " + value + "\r\n");
    }

    private static SSLContext trusting() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anyone()}, null);
            return context;
        } catch (GeneralSecurityException missing) {
            throw new IOException(missing);
        }
    }

    /** The kubelet asks whether it answers, not who it is. */
    private static final class Anyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
