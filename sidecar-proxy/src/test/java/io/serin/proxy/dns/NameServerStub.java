// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A name server that answers what the test says, over UDP and TCP at the same port. */
final class NameServerStub implements AutoCloseable {

    final List<byte[]> asked = new CopyOnWriteArrayList<>();
    final List<Integer> ports = new CopyOnWriteArrayList<>();
    private final Function<byte[], List<byte[]>> answers;
    private final ServerSocket tcp;
    private final DatagramSocket udp;

    /**
     * Starts.
     *
     * @param answers what is sent back, one after the other
     */
    NameServerStub(Function<byte[], List<byte[]>> answers) throws IOException {
        this.answers = answers;
        tcp = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        udp = new DatagramSocket(address());
        Thread.ofVirtual().start(this::serveUdp);
        Thread.ofVirtual().start(this::serveTcp);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) tcp.getLocalSocketAddress();
    }

    private void serveUdp() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
                udp.receive(packet);
                byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
                asked.add(query);
                ports.add(packet.getPort());
                for (byte[] answer : answers.apply(query)) {
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serveTcp() {
        try {
            while (true) {
                Socket client = tcp.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            byte[] query = in.readNBytes(in.readUnsignedShort());
            asked.add(query);
            for (byte[] answer : answers.apply(query)) {
                out.writeShort(answer.length);
                out.write(answer);
            }
        } catch (IOException gone) {
            // The client's own business.
        }
    }

    @Override
    public void close() throws IOException {
        tcp.close();
        udp.close();
    }
}
