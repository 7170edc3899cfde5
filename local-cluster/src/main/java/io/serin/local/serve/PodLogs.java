// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.PodAccess;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Kind;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalInt;

/** {@code pods/NAME/log}: a container's output, as it is or as it comes. */
final class PodLogs {

    private static final int CHUNK = 16 << 10;

    private final PodAccess pods;

    PodLogs(PodAccess pods) {
        this.pods = pods;
    }

    void answer(Exchange exchange, Kind kind, ObjectNode pod, RequestPath path) throws IOException {
        for (String option : new String[] {"sinceSeconds", "sinceTime", "stream"}) {
            if (exchange.parameter(option).isPresent()) {
                throw refused(option);
            }
        }
        if (exchange.flag("timestamps")) {
            throw refused("timestamps");
        }
        String container = Containers.choose(kind, pod, exchange.parameter("container").orElse(""));
        long limit = number(exchange, "limitBytes").orElse(Integer.MAX_VALUE);
        try (InputStream log =
                pods.logs(
                        path.namespace(),
                        path.name(),
                        container,
                        exchange.flag("follow"),
                        number(exchange, "tailLines"),
                        exchange.flag("previous"))) {
            exchange.begin(200, "text/plain");
            byte[] chunk = new byte[CHUNK];
            for (int read = log.read(chunk); read >= 0 && limit > 0; read = log.read(chunk)) {
                int taken = (int) Math.min(read, limit);
                limit -= taken;
                exchange.write(Buffer.buffer(taken).appendBytes(chunk, 0, taken));
            }
            exchange.end();
        }
    }

    private static RuntimeException refused(String option) {
        return Faults.badRequest(
                "local-cluster does not do logs with "
                        + option
                        + " (expected: container, follow, previous, tailLines, limitBytes)");
    }

    private static OptionalInt number(Exchange exchange, String name) {
        String text = exchange.parameter(name).orElse("");
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw Faults.badRequest(name + ": " + text + " (expected: a number)");
        }
    }
}
