package org.paraphe.versus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Map;

/**
 * Signs with PDFBox, iText or EU DSS for versus.py: one JSON request per line in, one answer per line out. Arguments:
 * which of them, at which level ("B" or "B-LT"), the folder of keys and proof. One process for all rounds. Processor
 * time is that of the thread that signs: what the JVM compiles and collects beside it is not in it.
 */
public final class Versus {
    /** The field that the race's documents are prepared with. */
    static final String FIELD = "A-signature";

    private Versus() {
    }

    /** From a file to a signed file. */
    interface Signer {
        void sign(Path source, Path target) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        Material material = Material.load(Path.of(arguments[2]));
        boolean lasting = "B-LT".equals(arguments[1]);
        Signer signer = switch (arguments[0]) {
            case "pdfbox" -> new WithPdfBox(material);
            case "itext" -> new WithIText(material, lasting);
            case "dss" -> new WithDss(material, lasting);
            default -> throw new IllegalArgumentException(arguments[0]);
        };
        serve(signer);
    }

    private static void serve(Signer signer) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode asked = mapper.readTree(line);
            System.gc();
            long wall = System.nanoTime();
            long cpu = threads.getCurrentThreadCpuTime();
            Map<String, Object> answer;
            try {
                signer.sign(Path.of(asked.get("source").asText()), Path.of(asked.get("target").asText()));
                answer = Map.of("ms", (System.nanoTime() - wall) / 1e6, "cpu", (threads.getCurrentThreadCpuTime() - cpu) / 1e6);
            } catch (Exception error) {
                answer = Map.of("error", error.toString());
            }
            System.out.println(mapper.writeValueAsString(answer));
        }
    }
}
