// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.channel.EventLoop;
import io.serin.proxy.http.HeadScanner;
import io.serin.proxy.telemetry.LoopMeter;
import java.util.SplittableRandom;

/**
 * What all connections of one event loop share, and nobody else touches.
 *
 * @param requests scans requests; its head is to be used up before the next scan
 * @param responses the same for answers
 */
public record LoopScope(
        EventLoop loop,
        HeadScanner requests,
        HeadScanner responses,
        SplittableRandom random,
        LoopMeter meter) {

    public LoopScope(EventLoop loop, LoopMeter meter) {
        this(loop, new HeadScanner(), new HeadScanner(), new SplittableRandom(), meter);
    }

    public long now() {
        return loop.ticker().nanoTime();
    }
}
