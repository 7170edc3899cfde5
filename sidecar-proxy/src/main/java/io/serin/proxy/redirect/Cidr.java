// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A range of addresses.
 *
 * @param first its first address; the bits after the prefix are zero
 * @param prefix how many leading bits are fixed
 */
record Cidr(InetAddress first, int prefix) {

    private static final Pattern RUN_OF_ZEROS = Pattern.compile("(?::|^)0(?::0)+(?::|$)");

    /**
     * Reads {@code 10.0.0.0/8} or {@code fd00::/8}; an address alone is a range of one. Bits after
     * the prefix are cleared.
     *
     * @throws IllegalArgumentException when it is neither
     */
    static Cidr parse(String text) {
        int slash = text.indexOf('/');
        try {
            // A literal only: a name would be looked up, and nobody would answer yet.
            InetAddress address =
                    InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            int most = address.getAddress().length * 8;
            int prefix = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            if (prefix < 0 || prefix > most) {
                throw new IllegalArgumentException("prefix " + prefix);
            }
            return new Cidr(masked(address, prefix), prefix);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' (expected: an address or a range, like 10.0.0.0/8)", e);
        }
    }

    /** An address alone. */
    static Cidr of(InetAddress address) {
        int prefix = address.getAddress().length * 8;
        return new Cidr(masked(address, prefix), prefix);
    }

    Family family() {
        return first instanceof Inet4Address ? Family.IPV4 : Family.IPV6;
    }

    boolean contains(InetAddress address) {
        return address.getAddress().length == first.getAddress().length
                && masked(address, prefix).equals(first);
    }

    private static InetAddress masked(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("of a length that came from an address", e);
        }
    }

    /** As nftables writes it: without the prefix where it is one address. */
    @Override
    public String toString() {
        String address = text(first);
        return prefix == first.getAddress().length * 8 ? address : address + "/" + prefix;
    }

    /** RFC 5952: the longest run of zeros, the first of several, is left out. */
    private static String text(InetAddress address) {
        String plain = address.getHostAddress();
        if (address instanceof Inet4Address) {
            return plain;
        }
        String longest =
                RUN_OF_ZEROS
                        .matcher(plain)
                        .results()
                        .map(MatchResult::group)
                        .reduce("", (a, b) -> b.length() > a.length() ? b : a);
        int at = plain.indexOf(longest);
        return longest.isEmpty()
                ? plain
                : plain.substring(0, at) + "::" + plain.substring(at + longest.length());
    }
}
