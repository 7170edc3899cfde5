// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Recordings of a terminal, for docs/record-demo: {@code cast} makes an asciinema file (version 2,
 * docs.asciinema.org/manual/asciicast/v2) of what script(1) wrote, {@code draw} an SVG of that, which
 * plays by itself, and stands still at its end where motion is not wanted or not known.
 */
final class Recording {

    private Recording() {}

    public static void main(String[] arguments) throws IOException {
        switch (arguments[0]) {
            case "cast" ->
                    Cast.ofScript(
                                    Files.readAllBytes(Path.of(arguments[1])),
                                    Files.readAllLines(Path.of(arguments[2])),
                                    Integer.parseInt(arguments[3]),
                                    Integer.parseInt(arguments[4]))
                            .write(Path.of(arguments[5]));
            case "draw" -> {
                Cast cast = Cast.read(Path.of(arguments[1]));
                Files.writeString(Path.of(arguments[2]), new Picture(cast).svg());
            }
            default -> throw new IllegalArgumentException(arguments[0] + " (expected: cast, draw)");
        }
    }
}

/** What a terminal of some size was told, and when. */
record Cast(int columns, int lines, List<Output> outputs) {

    /**
     * @param at seconds since the beginning
     */
    record Output(double at, String text) {}

    /**
     * @param log of script(1): a line of its own, then what was put out, then another line
     * @param timing its classic format: for each piece the delay in seconds and the length in bytes
     */
    static Cast ofScript(byte[] log, List<String> timing, int columns, int lines) {
        ByteBuffer bytes = ByteBuffer.wrap(log);
        while (bytes.get() != '\n') {
            // What script itself says.
        }
        CharsetDecoder decoder =
                StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE);
        ByteBuffer pending = ByteBuffer.allocate(log.length);
        List<Output> outputs = new ArrayList<>();
        double at = 0;
        for (String line : timing) {
            String[] words = line.split(" ", -1);
            at += Double.parseDouble(words[0]);
            int length = Integer.parseInt(words[1]);
            pending.put(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            // A character may be parted between two pieces: its beginning waits for its end.
            CharBuffer text = CharBuffer.allocate(pending.position());
            decoder.decode(pending.flip(), text, false);
            pending.compact();
            if (text.position() > 0) {
                outputs.add(new Output(at, text.flip().toString()));
            }
        }
        return new Cast(columns, lines, outputs);
    }

    static Cast read(Path file) throws IOException {
        List<String> all = Files.readAllLines(file);
        String header = all.getFirst();
        if (!header.replace(" ", "").contains("\"version\":2")) {
            throw new IOException(file + ": not an asciinema file of version 2: " + header);
        }
        List<Output> outputs = new ArrayList<>();
        for (String line : all.subList(1, all.size())) {
            int comma = line.indexOf(',');
            int kind = line.indexOf('"', comma);
            // [1.5, "o", "text"]; of other kinds are input, marks and sizes.
            if (comma > 0 && line.startsWith("\"o\"", kind)) {
                double at = Double.parseDouble(line.substring(1, comma));
                int begin = line.indexOf('"', kind + 3) + 1;
                outputs.add(new Output(at, unescape(line.substring(begin, line.lastIndexOf('"')))));
            }
        }
        return new Cast(number(header, "width"), number(header, "height"), outputs);
    }

    private static int number(String header, String name) {
        String after = header.substring(header.indexOf('"' + name + '"') + name.length() + 2);
        return Integer.parseInt(after.replaceFirst("^\\s*:\\s*(\\d+).*$", "$1"));
    }

    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        // Players cut pauses short at this.
        text.append(
                String.format(
                        Locale.ROOT,
                        "{\"version\": 2, \"width\": %d, \"height\": %d, \"idle_time_limit\": 2.0,"
                                + " \"title\": \"serin demo\"}%n",
                        columns,
                        lines));
        for (Output output : outputs) {
            text.append(
                    String.format(
                            Locale.ROOT, "[%.3f, \"o\", \"%s\"]%n", output.at(), escape(output.text())));
        }
        Files.writeString(file, text);
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"', '\\' -> escaped.append('\\').append(c);
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                default -> {
                    if (c < ' ') {
                        escaped.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        escaped.append(c);
                    }
                }
            }
        }
        return escaped.toString();
    }

    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            c = text.charAt(++i);
            switch (c) {
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 't' -> plain.append('\t');
                case 'b' -> plain.append('\b');
                case 'f' -> plain.append('\f');
                case 'u' -> {
                    plain.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
                    i += 4;
                }
                default -> plain.append(c);
            }
        }
        return plain.toString();
    }
}

/**
 * As much of a terminal as a program needs that writes lines, and writes one over: return, newline,
 * erase the line, bold and dim. Nothing ever leaves it at the top: the picture scrolls.
 */
final class Paper {

    /** A character and how it looks: {@code b} bold, {@code d} dim. */
    record Cell(int character, String style) {}

    /** A row as it looked for a time. */
    record Look(int row, double from, double to, List<Cell> cells) {}

    private static final double FOREVER = Double.MAX_VALUE;

    private final int columns;
    private final List<List<Cell>> rows = new ArrayList<>(List.of(new ArrayList<>()));
    private final TreeMap<Integer, Look> present = new TreeMap<>();
    private final List<Look> past = new ArrayList<>();
    private final TreeMap<Double, Integer> heights = new TreeMap<>();
    private int column;
    private String style = "";

    Paper(int columns) {
        this.columns = columns;
    }

    void write(double at, String text) {
        int first = rows.size() - 1;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == '\u001b') {
                i = escape(text, i);
            } else if (c == '\r') {
                column = 0;
            } else if (c == '\n') {
                rows.add(new ArrayList<>());
            } else if (c >= ' ') {
                put(c);
            }
        }
        for (int row = first; row < rows.size(); row++) {
            show(at, row);
        }
        heights.put(at, rows.size());
    }

    private void put(int character) {
        if (column == columns) {
            rows.add(new ArrayList<>());
            column = 0;
        }
        List<Cell> row = rows.getLast();
        while (row.size() <= column) {
            row.add(new Cell(' ', ""));
        }
        row.set(column++, new Cell(character, style));
    }

    /** ECMA-48: ESC [ parameters letter; what is not known changes nothing. */
    private int escape(String text, int i) {
        if (i >= text.length() || text.charAt(i) != '[') {
            return i;
        }
        int end = i + 1;
        while (end < text.length() && !Character.isLetter(text.charAt(end))) {
            end++;
        }
        if (end == text.length()) {
            return end;
        }
        String parameters = text.substring(i + 1, end);
        switch (text.charAt(end)) {
            case 'm' -> {
                for (String parameter : parameters.split(";", -1)) {
                    switch (parameter) {
                        case "", "0" -> style = "";
                        case "1" -> style = "b";
                        case "2" -> style = "d";
                        default -> {}
                    }
                }
            }
            case 'K' -> {
                List<Cell> row = rows.getLast();
                int kept = parameters.equals("2") ? 0 : Math.min(column, row.size());
                row.subList(kept, row.size()).clear();
            }
            default -> {}
        }
        return end + 1;
    }

    private void show(double at, int row) {
        List<Cell> cells = List.copyOf(rows.get(row));
        Look before = present.get(row);
        if (before != null && before.cells().equals(cells)) {
            return;
        }
        if (before != null) {
            past.add(new Look(row, before.from(), at, before.cells()));
        }
        present.put(row, new Look(row, at, FOREVER, cells));
    }

    /** All looks of all rows; {@code to} of the last ones is the end. */
    List<Look> looks(double end) {
        List<Look> all = new ArrayList<>(past);
        present.values().forEach(last -> all.add(new Look(last.row(), last.from(), end, last.cells())));
        return all;
    }

    /** When there were how many rows. */
    TreeMap<Double, Integer> heights() {
        return heights;
    }
}

/** A recording as an SVG: each row a text that is there for its time, and all of it scrolled. */
final class Picture {

    private static final double LONGEST_SECONDS = 75;
    private static final double PAUSE_SECONDS = 1.5;
    private static final double LAST_LOOK_SECONDS = 8;
    /** What is there for a shorter time is a flicker, and bytes. */
    private static final double FLICKER_SECONDS = 0.25;

    private static final int ROW_HEIGHT = 19;
    private static final double COLUMN_WIDTH = 7.83;
    private static final int MARGIN = 14;

    private final Cast cast;
    private final StringBuilder css = new StringBuilder();
    private final StringBuilder body = new StringBuilder();
    private int names;
    private double total;

    Picture(Cast cast) {
        this.cast = cast;
    }

    String svg() {
        Paper paper = new Paper(cast.columns());
        double end = play(paper);
        total = end + LAST_LOOK_SECONDS;
        drawRows(paper.looks(total));
        String scroll = scroll(paper.heights());
        int width = (int) Math.ceil(cast.columns() * COLUMN_WIDTH + 2 * MARGIN);
        int height = cast.lines() * ROW_HEIGHT + 2 * MARGIN;
        return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" role="img" aria-label="A recording of the terminal">
        <style>
        text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#dfe5ec;white-space:pre}
        .b{font-weight:700;fill:#fff}.d{fill:#8e9bab}.o{visibility:hidden}
        @media (prefers-reduced-motion:no-preference){
        text,#s{animation:%.2fs step-end infinite}
        %s}
        </style>
        <rect width="%d" height="%d" rx="8" fill="#12171f"/>
        <svg x="%d" y="%d" width="%d" height="%d"><g id="s" %s>
        %s</g></svg>
        </svg>
        """
                .formatted(
                        width, height, width, total, css, width, height, MARGIN, MARGIN,
                        width - 2 * MARGIN, cast.lines() * ROW_HEIGHT, scroll, body);
    }

    /** Pauses cut short, and all of it faster where it is long; its end. */
    private double play(Paper paper) {
        double length = 0;
        double before = 0;
        for (Cast.Output output : cast.outputs()) {
            length += Math.min(PAUSE_SECONDS, output.at() - before);
            before = output.at();
        }
        double faster = Math.max(1, length / LONGEST_SECONDS);
        double at = 0;
        before = 0;
        for (Cast.Output output : cast.outputs()) {
            at += Math.min(PAUSE_SECONDS, output.at() - before) / faster;
            before = output.at();
            paper.write(at, output.text());
        }
        return at;
    }

    private void drawRows(List<Paper.Look> looks) {
        TreeMap<Integer, List<Paper.Look>> byRow = new TreeMap<>();
        looks.forEach(look -> byRow.computeIfAbsent(look.row(), _ -> new ArrayList<>()).add(look));
        byRow.values().forEach(row -> calm(row).forEach(this::draw));
    }

    /** Without flickers: their time goes to what comes after them. */
    private static List<Paper.Look> calm(List<Paper.Look> row) {
        List<Paper.Look> calm = new ArrayList<>();
        double from = -1;
        for (Paper.Look look : row) {
            double begins = from < 0 ? look.from() : from;
            if (look != row.getLast() && look.to() - begins < FLICKER_SECONDS) {
                from = begins;
            } else {
                calm.add(new Paper.Look(look.row(), begins, look.to(), look.cells()));
                from = -1;
            }
        }
        return calm;
    }

    private void draw(Paper.Look look) {
        if (look.cells().stream().allMatch(cell -> cell.character() == ' ')) {
            return;
        }
        boolean last = look.to() >= total;
        String name = "r" + names++;
        css.append('#').append(name).append("{animation-name:").append(name).append("}@keyframes ").append(name).append('{');
        if (look.from() > 0) {
            css.append("0%{visibility:hidden}");
        }
        css.append(percent(look.from())).append("{visibility:visible}");
        if (!last) {
            css.append(percent(look.to())).append("{visibility:hidden}");
        }
        css.append("}\n");
        body.append("<text id=\"").append(name).append('"').append(last ? "" : " class=\"o\"");
        body.append(" y=\"").append(look.row() * ROW_HEIGHT + 14).append("\">").append(spans(look.cells())).append("</text>\n");
    }

    private static String spans(List<Paper.Cell> cells) {
        StringBuilder spans = new StringBuilder();
        for (int i = 0; i < cells.size(); ) {
            String style = cells.get(i).style();
            StringBuilder text = new StringBuilder();
            for (; i < cells.size() && cells.get(i).style().equals(style); i++) {
                text.appendCodePoint(cells.get(i).character());
            }
            String safe = text.toString().replace("&", "&amp;").replace("<", "&lt;");
            spans.append(style.isEmpty() ? safe : "<tspan class=\"" + style + "\">" + safe + "</tspan>");
        }
        return spans.toString();
    }

    /** Adds the scrolling, and gives where it ends. */
    private String scroll(TreeMap<Double, Integer> heights) {
        css.append("#s{animation-name:s}@keyframes s{0%{transform:none}");
        int before = 0;
        for (var height : heights.entrySet()) {
            int up = Math.max(0, height.getValue() - cast.lines());
            if (up != before) {
                css.append(percent(height.getKey())).append("{transform:translateY(-").append(up * ROW_HEIGHT).append("px)}");
                before = up;
            }
        }
        css.append("}\n");
        return before == 0 ? "" : "style=\"transform:translateY(-" + before * ROW_HEIGHT + "px)\"";
    }

    private String percent(double at) {
        return String.format(Locale.ROOT, "%.2f%%", 100 * at / total);
    }
}
