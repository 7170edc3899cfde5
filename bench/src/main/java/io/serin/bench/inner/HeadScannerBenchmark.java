// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.inner;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.serin.proxy.http.HeadScanner;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What finding and checking a head costs, in a direct buffer as it comes from the socket. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeadScannerBenchmark {

    /** How many headers the request has beside Host. */
    @Param({"2", "8", "30"})
    public int headers;

    private final HeadScanner scanner = new HeadScanner();
    private ByteBuf request = PooledByteBufAllocator.DEFAULT.directBuffer();
    private ByteBuf response = PooledByteBufAllocator.DEFAULT.directBuffer();

    /** Called by JMH when the number of headers is known. */
    @Setup
    public void fill() {
        request = Heads.request(headers);
        response = Heads.response(headers);
    }

    @Benchmark
    public HeadScanner.Outcome request() {
        return scanner.scanRequest(request);
    }

    @Benchmark
    public HeadScanner.Outcome response() {
        return scanner.scanResponse(response);
    }
}
