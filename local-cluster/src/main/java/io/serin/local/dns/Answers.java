// SPDX-License-Identifier: Apache-2.0
package io.serin.local.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Answers a question from a zone. A name that is there but not of the type asked for gets an empty
 * answer and no error, so that a resolver that asks for AAAA beside A keeps the A; one that is not
 * there gets NXDOMAIN, so that it goes on along its search path.
 */
final class Answers {

    // Endpoints come and go: short, as CoreDNS has it for a cluster's names.
    private static final int TTL_SECONDS = 5;
    private static final int PRIORITY = 0;
    private static final int WEIGHT = 100;
    private static final int SOA_TIMER = 5;

    private Answers() {}

    static void answer(Zone zone, DnsQuestion question, DnsResponse response) {
        String asked = question.name();
        String name = plain(asked);
        response.setAuthoritativeAnswer(true);
        response.setRecursionAvailable(true);
        if (!name.equals(Zone.DOMAIN) && !name.endsWith("." + Zone.DOMAIN)) {
            // There is nothing outside: the node has no way out.
            response.setCode(DnsResponseCode.NXDOMAIN);
            return;
        }
        if (!zone.exists(name)) {
            response.setCode(DnsResponseCode.NXDOMAIN);
            response.addRecord(DnsSection.AUTHORITY, authority());
            return;
        }
        List<DnsRecord> records = new ArrayList<>();
        DnsRecordType type = question.type();
        String alias = zone.alias(name);
        if (!alias.isEmpty()) {
            records.add(record(asked, DnsRecordType.CNAME, encode(alias)));
        } else if (type.equals(DnsRecordType.A) || type.equals(DnsRecordType.ANY)) {
            zone.addresses(name).forEach(address -> records.add(address(asked, address)));
            Collections.shuffle(records);
        }
        if (type.equals(DnsRecordType.SRV) || type.equals(DnsRecordType.ANY)) {
            zone.services(name).forEach(srv -> records.add(srv(asked, srv)));
        }
        records.forEach(found -> response.addRecord(DnsSection.ANSWER, found));
        if (type.equals(DnsRecordType.SRV)) {
            zone.services(name).stream()
                    .map(Zone.Srv::target)
                    .distinct()
                    .forEach(target ->
                            zone.addresses(target)
                                    .forEach(address ->
                                            response.addRecord(
                                                    DnsSection.ADDITIONAL,
                                                    address(target + ".", address))));
        }
        if (records.isEmpty()) {
            response.addRecord(DnsSection.AUTHORITY, authority());
        }
    }

    private static String plain(String asked) {
        String lower = asked.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static DnsRecord address(String name, String address) {
        try {
            return record(
                    name,
                    DnsRecordType.A,
                    Unpooled.wrappedBuffer(InetAddress.getByName(address).getAddress()));
        } catch (UnknownHostException notAnAddress) {
            throw new IllegalStateException(address, notAnAddress);
        }
    }

    private static DnsRecord srv(String name, Zone.Srv srv) {
        ByteBuf data = Unpooled.buffer();
        data.writeShort(PRIORITY).writeShort(WEIGHT).writeShort(srv.port());
        data.writeBytes(encode(srv.target()));
        return record(name, DnsRecordType.SRV, data);
    }

    /** How long a "no" may be remembered (RFC 2308 section 3). */
    private static DnsRecord authority() {
        ByteBuf data = Unpooled.buffer();
        data.writeBytes(encode("ns.dns." + Zone.DOMAIN));
        data.writeBytes(encode("hostmaster." + Zone.DOMAIN));
        data.writeInt(1);
        for (int i = 0; i < 4; i++) {
            data.writeInt(SOA_TIMER);
        }
        return record(Zone.DOMAIN + ".", DnsRecordType.SOA, data);
    }

    private static DnsRecord record(String name, DnsRecordType type, ByteBuf data) {
        return new DefaultDnsRawRecord(name, type, TTL_SECONDS, data);
    }

    private static ByteBuf encode(String name) {
        ByteBuf out = Unpooled.buffer();
        for (String label : name.split("\\.", -1)) {
            byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
            out.writeByte(bytes.length).writeBytes(bytes);
        }
        return out.writeByte(0);
    }
}
