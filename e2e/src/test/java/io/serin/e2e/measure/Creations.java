// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Pods that the API server takes and does not keep, at a constant rate: each is due by the clock,
 * and its time counts from then.
 */
record Creations(Api api, int perSecond, int count) {

    static final String NAME = "measured";

    static final String POD =
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: measured
              labels: {app: measured}
              annotations:
                sidecar.istio.io/proxyCPU: 20m
            spec:
              containers:
                - name: server
                  image: serin-nginx:0.1.0
                  ports:
                    - containerPort: 9080
                  resources:
                    requests: {cpu: 5m, memory: 16Mi}
            """;

    /** Makes them, and adds the milliseconds of each. */
    void in(String namespace, Sample millis) {
        String path = "/api/v1/namespaces/" + namespace + "/pods?dryRun=All";
        List<Future<Double>> answers = new ArrayList<>();
        long start = System.nanoTime();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                long due = start + i * 1_000_000_000L / perSecond;
                LockSupport.parkNanos(due - System.nanoTime());
                answers.add(
                        callers.submit(() -> {
                            api.post(path, POD);
                            return (System.nanoTime() - due) / 1e6;
                        }));
            }
            for (Future<Double> answer : answers) {
                millis.add(answer.get());
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a pod was refused", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
