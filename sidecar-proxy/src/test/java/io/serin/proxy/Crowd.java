// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Clients that all ask at once, one virtual thread and one connection each. */
final class Crowd implements AutoCloseable {

    /** What each does: what it returns is its answer. */
    interface Asking {
        String ask(TestClient client) throws IOException;
    }

    private record Answer(String text, Duration after) {}

    private final int port;
    private final int size;
    private final List<TestClient> clients = new CopyOnWriteArrayList<>();
    private final List<Answer> answers = new CopyOnWriteArrayList<>();

    Crowd(int port, int size) {
        this.port = port;
        this.size = size;
    }

    void each(Asking asking) {
        long from = System.nanoTime();
        for (int i = 0; i < size; i++) {
            Thread.startVirtualThread(() -> {
                try {
                    // Not before: who is silent for a while is taken for no HTTP.
                    TestClient client = new TestClient(port);
                    clients.add(client);
                    String text = asking.ask(client);
                    answers.add(new Answer(text, Duration.ofNanos(System.nanoTime() - from)));
                } catch (IOException left) {
                    // Closed meanwhile: it has no answer.
                }
            });
        }
    }

    /** Once there are all. */
    List<String> answers() {
        await().atMost(Duration.ofSeconds(20)).until(() -> answers.size() == size);
        return answers.stream().map(Answer::text).toList();
    }

    long answersWithin(Duration limit) {
        return answers.stream().filter(answer -> answer.after().compareTo(limit) < 0).count();
    }

    @Override
    public void close() throws IOException {
        for (TestClient client : clients) {
            client.close();
        }
    }
}
