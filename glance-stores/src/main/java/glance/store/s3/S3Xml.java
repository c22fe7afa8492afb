package glance.store.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The few things that are read from S3's answers: the text of elements, alone or repeated. No DTD, no entities of others. */
final class S3Xml {
    private static final XMLInputFactory FACTORY = factory();

    private S3Xml() {}

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /**
     * The children's texts of each element {@code name}; of the document's own element for the empty name.
     *
     * @throws IOException when it is no XML
     */
    static List<Map<String, String>> each(String name, byte[] document) throws IOException {
        List<Map<String, String>> found = new ArrayList<>();
        try {
            XMLStreamReader reader = FACTORY.createXMLStreamReader(new ByteArrayInputStream(document));
            Map<String, String> current = null;
            int depth = 0;
            int wanted = 0;
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    depth++;
                    String element = reader.getLocalName();
                    if (current == null && (name.isEmpty() ? depth == 1 : element.equals(name))) {
                        current = new HashMap<>();
                        current.put("", element);
                        found.add(current);
                        wanted = depth;
                    } else if (current != null && depth == wanted + 1) {
                        current.putIfAbsent(element, text(reader));
                        depth--; // its end was read too
                    }
                } else if (event == XMLStreamConstants.END_ELEMENT) {
                    if (depth == wanted) {
                        current = null;
                    }
                    depth--;
                }
            }
            return found;
        } catch (XMLStreamException | RuntimeException malformed) {
            throw new IOException("the store's answer is no XML of S3", malformed);
        }
    }

    /** The text up to the element's end; empty when it holds elements. */
    private static String text(XMLStreamReader reader) throws XMLStreamException {
        StringBuilder text = new StringBuilder();
        for (int inside = 1; inside > 0; ) {
            switch (reader.next()) {
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(reader.getText());
                case XMLStreamConstants.START_ELEMENT -> inside++;
                case XMLStreamConstants.END_ELEMENT -> inside--;
                default -> {
                    // comments and the like
                }
            }
        }
        return text.toString().strip();
    }
}
