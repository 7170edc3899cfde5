// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FaultCodeTest {

    private static final Path PAGE = Path.of("..", "docs", "errors.md");

    @ParameterizedTest
    @EnumSource
    void standsInTheDocumentationWithItsStatusAndFlag(FaultCode code) throws IOException {
        String status = code == FaultCode.ROUTE_ANSWER ? "the route's" : "" + code.status();
        assertThat(Files.readAllLines(PAGE))
                .filteredOn(line -> line.startsWith("| " + code.code() + " |"))
                .singleElement()
                .asString()
                .startsWith("| " + code.code() + " | " + status + " | " + code.flags() + " |");
    }

    @Test
    void theDocumentationListsNoOther() throws IOException {
        List<String> known = Arrays.stream(FaultCode.values()).map(FaultCode::code).toList();
        assertThat(Files.readAllLines(PAGE))
                .filteredOn(line -> line.startsWith("| SRN"))
                .allSatisfy(line -> assertThat(known).contains(line.substring(2, 9)));
    }

    @Test
    void becomesAnAnswerWithItsCauseAndNothingOfAStrangers() {
        Answer answer =
                Answer.to(new ProxyFault(FaultCode.NO_ROUTE, "no route for\r\nX-Evil: \u00e4"));
        ByteBuf bytes = answer.write(UnpooledByteBufAllocator.DEFAULT, true, true);
        assertThat(bytes.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo(
                        """
                        HTTP/1.1 404 Not Found
                        x-serin-error: SRN2101 no route for??X-Evil: ?
                        content-type: text/plain; charset=utf-8
                        content-length: 32
                        connection: close

                        SRN2101 no route for??X-Evil: ?
                        """
                                .replace("\n", "\r\n")
                                .replaceFirst("\r\n$", "\n"));
        bytes.release();
    }

    @ParameterizedTest
    @CsvSource({
        "399, short,       ''",
        "400, short,       SRN2107 short",
        "500, '',          SRN2107 the route itself asks for this answer",
        "503, 'two\nlines', SRN2107 two?lines",
    })
    void standsInARoutesOwnAnswerWhereThatIsAnError(int status, String body, String error) {
        assertThat(Answer.of(status, body)).isEqualTo(new Answer(status, error, body));
    }
}
