// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The log: on standard error, one line for each event, however long: {@code
 * 2026-11-24T12:00:00.123Z warning config.client no control plane: ...}. Of a throwable the causes,
 * each with the place where it was thrown.
 */
final class LogLines extends Formatter {

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    /** Makes this the whole of the process' log. */
    static void install() {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler stderr = new ConsoleHandler();
        stderr.setFormatter(new LogLines());
        root.addHandler(stderr);
        root.setLevel(Level.INFO);
        // Else it looks for other loggers first, in jars that are not even open yet.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        // Its warnings speak of what it tried before it did well.
        Logger.getLogger("io.netty").setLevel(Level.SEVERE);
    }

    @Override
    public String format(LogRecord event) {
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(event.getInstant(), line);
        line.append(' ')
                .append(word(event.getLevel()))
                .append(' ')
                .append(event.getLoggerName())
                .append(' ')
                .append(formatMessage(event));
        for (Throwable cause = event.getThrown(); cause != null; cause = cause.getCause()) {
            line.append(" <- ").append(cause).append(place(cause));
        }
        return line.toString().replace("\r", "\\r").replace("\n", "\\n") + "\n";
    }

    private static String place(Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        return trace.length == 0 ? "" : " at " + trace[0];
    }

    private static String word(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "error";
        }
        return value >= Level.WARNING.intValue() ? "warn" : "info";
    }
}
