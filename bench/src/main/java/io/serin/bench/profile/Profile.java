// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Samples of CPU time ({@code jdk.CPUTimeSample}, JEP 509), by where they were taken. A sample in a
 * native method is time in the kernel for the most part: Netty's native methods are system calls.
 *
 * @param samples all of them
 * @param parts samples by part of the program
 * @param methods samples by method
 */
public record Profile(long samples, Map<String, Long> parts, Map<String, Long> methods) {

    /** How a recording is to be made. */
    public static final String SETTINGS =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <configuration version="2.0">
              <event name="jdk.CPUTimeSample">
                <setting name="enabled">true</setting>
                <setting name="throttle">1ms</setting>
                <setting name="stackTrace">true</setting>
              </event>
            </configuration>
            """;

    public Profile {
        parts = Map.copyOf(parts);
        methods = Map.copyOf(methods);
    }

    /** Reads a recording. */
    public static Profile read(Path recording) throws IOException {
        Map<String, Long> parts = new HashMap<>();
        Map<String, Long> methods = new HashMap<>();
        long samples = 0;
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                if (!event.getEventType().getName().equals("jdk.CPUTimeSample")) {
                    continue;
                }
                samples++;
                RecordedStackTrace trace = event.getStackTrace();
                if (trace == null || trace.getFrames().isEmpty()) {
                    parts.merge("(no stack)", 1L, Long::sum);
                    continue;
                }
                RecordedFrame top = trace.getFrames().getFirst();
                parts.merge(part(top), 1L, Long::sum);
                methods.merge(name(top.getMethod()), 1L, Long::sum);
            }
        }
        return new Profile(samples, parts, methods);
    }

    private static String part(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        if (type.startsWith("io.netty") && frame.getType().equals("Native")) {
            return "system call: " + frame.getMethod().getName();
        }
        return part(type);
    }

    /** The part of the program that a class belongs to. */
    static String part(String type) {
        String outermost = type.replaceFirst("\\$.*", "");
        int dot = outermost.lastIndexOf('.');
        String place = dot < 0 ? "" : outermost.substring(0, dot);
        if (place.startsWith("io.serin.proxy.")) {
            return "Serin " + place.substring("io.serin.proxy.".length());
        }
        if (place.startsWith("io.netty.buffer")) {
            return "Netty buffers";
        }
        if (place.startsWith("io.netty.channel")) {
            return "Netty channels and loop";
        }
        return place.startsWith("io.netty") ? "Netty, the rest" : "JDK";
    }

    private static String name(RecordedMethod method) {
        String type = method.getType().getName();
        return type.substring(type.lastIndexOf('.') + 1) + "." + method.getName();
    }

    /** For a terminal: the parts, then the methods that take the most. */
    public String text(int most) {
        StringBuilder text = new StringBuilder();
        table(text, "by part, of %,d samples".formatted(samples), parts, Integer.MAX_VALUE);
        table(text, "by method, without what it calls", methods, most);
        return text.toString();
    }

    private void table(StringBuilder text, String title, Map<String, Long> rows, int most) {
        text.append(title).append('\n');
        List<Map.Entry<String, Long>> sorted =
                rows.entrySet().stream()
                        .sorted(
                                Map.Entry.<String, Long>comparingByValue()
                                        .reversed()
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .limit(most)
                        .toList();
        for (Map.Entry<String, Long> row : sorted) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "  %5.1f %%  %s\n",
                            100.0 * row.getValue() / samples,
                            row.getKey()));
        }
    }
}
