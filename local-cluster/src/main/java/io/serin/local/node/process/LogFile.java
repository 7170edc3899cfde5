// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.OptionalInt;

/**
 * What one instance of a container has written, in two files of bounded size: when the newer one is
 * full it takes the older one's place. One thread appends, any number read, all under this object's
 * lock.
 */
public final class LogFile implements AutoCloseable {

    private static final int CHUNK = 16 * 1024;

    private final Path newer;
    private final Path older;
    private final long limit;
    private FileChannel writer;

    /** Positions count all bytes ever written. */
    private long begin;

    private long split;
    private long end;
    private boolean closed;

    /**
     * @param limit of each of the two files, in bytes
     */
    public LogFile(Path file, long limit) throws IOException {
        this.newer = file;
        this.older = file.resolveSibling(file.getFileName() + ".1");
        this.limit = limit;
        Files.createDirectories(file.toAbsolutePath().getParent());
        this.writer = create();
    }

    private FileChannel create() throws IOException {
        return FileChannel.open(
                newer,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    /**
     * @throws IOException where there is no room; what came after what was written is lost, and the
     *     next may be written
     */
    public synchronized void append(byte[] bytes, int offset, int length) throws IOException {
        if (closed) {
            return;
        }
        if (end - split >= limit) {
            writer.close();
            Files.move(newer, older, StandardCopyOption.REPLACE_EXISTING);
            begin = split;
            split = end;
        }
        if (!writer.isOpen()) {
            writer = create();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            end += writer.write(buffer);
        }
        notifyAll();
    }

    /** Nothing more will come: ends those who follow. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        writer.close();
        notifyAll();
    }

    public synchronized void delete() throws IOException {
        close();
        Files.deleteIfExists(newer);
        Files.deleteIfExists(older);
        begin = end;
        split = end;
    }

    /**
     * @param tailLines the last so many; empty: all that is kept
     */
    public synchronized InputStream open(boolean follow, OptionalInt tailLines) throws IOException {
        long from = tailLines.isPresent() ? tail(tailLines.getAsInt()) : begin;
        return new Follower(from, follow);
    }

    private synchronized long tail(int lines) throws IOException {
        if (lines == 0) {
            return end;
        }
        int seen = 0;
        long position = end;
        byte[] chunk = new byte[CHUNK];
        while (position > begin) {
            long from = Math.max(begin, position - CHUNK);
            int length = 0;
            while (length < position - from) {
                length += read(from + length, chunk, length, (int) (position - from) - length);
            }
            for (int i = length - 1; i >= 0; i--) {
                // The last byte is the end of the last line, not the begin of one.
                if (chunk[i] == '\n' && from + i != end - 1 && ++seen == lines) {
                    return from + i + 1;
                }
            }
            position = from;
        }
        return begin;
    }

    private synchronized int read(long position, byte[] into, int offset, int length)
            throws IOException {
        boolean old = position < split;
        long room = (old ? split : end) - position;
        try (FileChannel file = FileChannel.open(old ? older : newer, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.wrap(into, offset, (int) Math.min(room, length));
            return file.read(buffer, position - (old ? begin : split));
        }
    }

    private final class Follower extends InputStream {
        private final boolean follow;
        private long position;
        private boolean left;

        private Follower(long position, boolean follow) {
            this.position = position;
            this.follow = follow;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            synchronized (LogFile.this) {
                while (position >= end && follow && !closed && !left) {
                    try {
                        LogFile.this.wait();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                        return -1;
                    }
                }
                // Those who read more slowly than is written miss what is no longer kept.
                position = Math.max(position, begin);
                if (left || position >= end) {
                    return -1;
                }
                int read = LogFile.this.read(position, into, offset, length);
                position += Math.max(read, 0);
                return read;
            }
        }

        @Override
        public int available() {
            synchronized (LogFile.this) {
                return (int) Math.min(Integer.MAX_VALUE, Math.max(0, end - position));
            }
        }

        @Override
        public void close() {
            synchronized (LogFile.this) {
                left = true;
                LogFile.this.notifyAll();
            }
        }
    }
}
