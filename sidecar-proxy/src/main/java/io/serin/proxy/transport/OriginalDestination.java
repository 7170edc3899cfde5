// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Tells where a connection was going before it was redirected here. */
public interface OriginalDestination {

    /**
     * Asked once for each accepted connection, on its event loop.
     *
     * @return the connection's own local address where it was not redirected
     */
    InetSocketAddress of(Channel accepted);

    /** Asks the kernel's connection tracking, as netfilter's REDIRECT needs it. */
    static OriginalDestination fromKernel() {
        return new FromKernel();
    }

    /** {@code SO_ORIGINAL_DST}; linux/netfilter_ipv4.h, netfilter_ipv6/ip6_tables.h. */
    final class FromKernel implements OriginalDestination {

        private static final RawUnixChannelOption V4 =
                new RawUnixChannelOption("SO_ORIGINAL_DST", 0, 80, 16);
        private static final RawUnixChannelOption V6 =
                new RawUnixChannelOption("IP6T_SO_ORIGINAL_DST", 41, 80, 28);

        private FromKernel() {}

        @Override
        public InetSocketAddress of(Channel accepted) {
            InetSocketAddress local = (InetSocketAddress) accepted.localAddress();
            // By the peer's family, for a listener of both families accepts IPv4 as well.
            InetAddress peer = ((InetSocketAddress) accepted.remoteAddress()).getAddress();
            boolean v6 = peer instanceof Inet6Address;
            try {
                ByteBuffer address = accepted.config().getOption(v6 ? V6 : V4);
                return address == null ? local : read(address, v6);
            } catch (ChannelException | UnknownHostException notRedirected) {
                return local;
            }
        }

        private static InetSocketAddress read(ByteBuffer address, boolean v6)
                throws UnknownHostException {
            ByteBuffer view = address.duplicate().order(ByteOrder.BIG_ENDIAN);
            byte[] ip = new byte[v6 ? 16 : 4];
            view.get(v6 ? 8 : 4, ip);
            return new InetSocketAddress(
                    InetAddress.getByAddress(ip), Short.toUnsignedInt(view.getShort(2)));
        }
    }
}
