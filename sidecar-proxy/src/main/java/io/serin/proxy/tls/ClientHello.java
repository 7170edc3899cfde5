// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.tls;

import io.netty.buffer.ByteBuf;
import io.serin.api.contract.MeshAlpn;
import java.nio.charset.StandardCharsets;

/**
 * The first message of a TLS connection, RFC 8446 section 4.1.2: whether it opens one of the
 * mesh's. Reads and moves nothing; what can't be read is the application's.
 */
public final class ClientHello {

    /** What a connection's first bytes can be said to be. */
    public enum Kind {
        /** Not TLS, or the application's own. */
        FOREIGN,
        /** The mesh's, with HTTP inside. */
        MESH_HTTP,
        /** The mesh's, with anything inside. */
        MESH,
        /** Too few to tell. */
        UNDECIDED
    }

    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int RECORD_HEADER = 5;
    private static final int MESSAGE_HEADER = 4;
    private static final int VERSION_AND_RANDOM = 2 + 32;
    private static final int ALPN = 16;

    /** One record's worth, which is more than any client sends. */
    private static final int MAX = 16 * 1024;

    private ClientHello() {}

    /** By all that came so far. */
    public static Kind of(ByteBuf bytes) {
        int from = bytes.readerIndex();
        int readable = bytes.readableBytes();
        if (readable == 0) {
            return Kind.UNDECIDED;
        }
        if (bytes.getByte(from) != HANDSHAKE || readable > 1 && bytes.getByte(from + 1) != 3) {
            return Kind.FOREIGN;
        }
        if (readable < RECORD_HEADER + MESSAGE_HEADER) {
            return Kind.UNDECIDED;
        }
        int record = bytes.getUnsignedShort(from + 3);
        int message = bytes.getUnsignedMedium(from + RECORD_HEADER + 1);
        // A first message in more than one record is legal, and nobody's in this mesh.
        if (bytes.getByte(from + RECORD_HEADER) != CLIENT_HELLO
                || record > MAX
                || message + MESSAGE_HEADER > record) {
            return Kind.FOREIGN;
        }
        if (readable < RECORD_HEADER + record) {
            return Kind.UNDECIDED;
        }
        return alpn(bytes.slice(from + RECORD_HEADER + MESSAGE_HEADER, message));
    }

    private static Kind alpn(ByteBuf hello) {
        try {
            hello.skipBytes(VERSION_AND_RANDOM);
            hello.skipBytes(hello.readUnsignedByte());
            hello.skipBytes(hello.readUnsignedShort());
            hello.skipBytes(hello.readUnsignedByte());
            if (!hello.isReadable()) {
                return Kind.FOREIGN;
            }
            ByteBuf extensions = hello.readSlice(hello.readUnsignedShort());
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf extension = extensions.readSlice(extensions.readUnsignedShort());
                if (type == ALPN) {
                    return offered(extension.readSlice(extension.readUnsignedShort()));
                }
            }
            return Kind.FOREIGN;
        } catch (IndexOutOfBoundsException malformed) {
            return Kind.FOREIGN;
        }
    }

    private static Kind offered(ByteBuf protocols) {
        Kind kind = Kind.FOREIGN;
        while (protocols.isReadable()) {
            String name =
                    protocols
                            .readSlice(protocols.readUnsignedByte())
                            .toString(StandardCharsets.US_ASCII);
            if (MeshAlpn.HTTP.contains(name)) {
                return Kind.MESH_HTTP;
            }
            if (MeshAlpn.NO_HTTP.contains(name)) {
                kind = Kind.MESH;
            }
        }
        return kind;
    }
}
