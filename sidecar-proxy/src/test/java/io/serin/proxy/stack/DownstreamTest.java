// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.serin.api.backend.Workload;
import io.serin.proxy.drain.Drain;
import io.serin.proxy.http.Head;
import io.serin.proxy.telemetry.Labels;
import io.serin.proxy.telemetry.LoopMeter;
import io.serin.proxy.telemetry.Meter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DownstreamTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final EmbeddedChannel client = new EmbeddedChannel();
    private final LoopScope scope = new LoopScope(client.eventLoop(), new LoopMeter());

    /** Answers every request with its number. */
    private final Dispatcher counting =
            new Dispatcher() {
                private int requests;

                @Override
                public Dispatch dispatch(Head request) {
                    return new Dispatch.Respond(200, "" + ++requests, unread());
                }

                @Override
                public Meter unread() {
                    return scope.meter()
                            .of(
                                    new Labels(
                                            Labels.Reporter.SOURCE,
                                            Workload.NOT_KNOWN,
                                            Workload.NOT_KNOWN,
                                            ""));
                }
            };

    DownstreamTest() {
        client.pipeline().addLast(new Downstream(scope, counting, Side.OUTBOUND, new Drain()));
    }

    @AfterEach
    void end() {
        client.finishAndReleaseAll();
    }

    private void send(String text) {
        client.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    private String received() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf bytes = client.readOutbound(); bytes != null; bytes = client.readOutbound()) {
            all.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
        }
        return all.toString();
    }

    private void later(long seconds) {
        client.advanceTimeBy(seconds, TimeUnit.SECONDS);
        client.runScheduledPendingTasks();
    }

    @Test
    void aHeadHasFifteenSecondsFromItsFirstByte() {
        send("GET / HT");
        later(14);
        send("TP/1.1\r\n");
        assertThat(received()).isEmpty();
        later(1);
        assertThat(received()).startsWith("HTTP/1.1 408").contains("SRN1007");
        later(1);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aConnectionMayBeIdleForLong() {
        send(GET);
        assertThat(received()).endsWith("\r\n\r\n1");
        later(3600);
        send(GET);
        assertThat(received()).endsWith("\r\n\r\n2");
    }

    @Test
    void anEmptyLineBeforeARequestIsNoPartOfIt() {
        send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx\r\nGET / HTTP/1.1\r\n");
        assertThat(received()).endsWith("\r\n\r\n1");
        send("Host: a\r\n\r\n");
        assertThat(received()).endsWith("\r\n\r\n2");
    }

    @Test
    void aThousandRequestsMayComeAtOnce() {
        send(GET.repeat(1000));
        assertThat(received()).endsWith("\r\n\r\n1000");
    }

    @Test
    void whatFollowsARefusedRequestIsReadAndDropped() {
        send("GET / HTTP/1.1\r\n\r\n");
        assertThat(received()).startsWith("HTTP/1.1 400");
        send(GET);
        assertThat(received()).isEmpty();
        later(1);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aHeadMayComeByteByByte() {
        String head = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(8000) + "\r\n\r\n";
        for (int i = 0; i < head.length(); i++) {
            send(head.substring(i, i + 1));
        }
        assertThat(received()).endsWith("\r\n\r\n1");
    }
}
