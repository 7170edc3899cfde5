// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.telemetry;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts what happens between two workloads, on one event loop. Kept by whoever counts, so that a
 * request costs no look-up.
 */
public final class Meter {

    /** No flag: the request was answered by the destination. */
    public static final String NO_FLAGS = "-";

    final Labels labels;
    final List<RequestSeries> requests = new ArrayList<>(2);
    long tcpOpened;
    long tcpClosed;
    long tcpSent;
    long tcpReceived;

    Meter(Labels labels) {
        this.labels = labels;
    }

    /**
     * Counts one answered request.
     *
     * @param code the HTTP status; 0 when the client went away
     * @param flags why the proxy answered itself, in Envoy's letters, or {@link #NO_FLAGS}
     */
    public void request(int code, String flags, long nanos) {
        for (RequestSeries series : requests) {
            if (series.code == code && series.flags.equals(flags)) {
                series.record(nanos);
                return;
            }
        }
        RequestSeries first = new RequestSeries(code, flags);
        requests.add(first);
        first.record(nanos);
    }

    public void tcpOpened() {
        tcpOpened++;
    }

    public void tcpClosed() {
        tcpClosed++;
    }

    /** Bytes of a client's side of the talk. */
    public void tcpReceived(long bytes) {
        tcpReceived += bytes;
    }

    /** Bytes of a server's side of the talk. */
    public void tcpSent(long bytes) {
        tcpSent += bytes;
    }

    void add(Meter other) {
        tcpOpened += other.tcpOpened;
        tcpClosed += other.tcpClosed;
        tcpSent += other.tcpSent;
        tcpReceived += other.tcpReceived;
        for (RequestSeries theirs : other.requests) {
            RequestSeries mine = null;
            for (RequestSeries series : requests) {
                if (series.code == theirs.code && series.flags.equals(theirs.flags)) {
                    mine = series;
                }
            }
            if (mine == null) {
                mine = new RequestSeries(theirs.code, theirs.flags);
                requests.add(mine);
            }
            mine.add(theirs);
        }
    }
}
