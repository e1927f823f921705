//! PDF/A files of one page, for tests of the screen.

/// A PDF/A of level b, with what a case puts into it.
#[derive(Default)]
pub(crate) struct Pdf {
    /// The part it declares; `None` for 1.
    pub part: Option<u8>,
    pub catalog: &'static str,
    pub page: &'static str,
    pub resources: &'static str,
    /// Whether the resources stand above the page.
    pub inherits: bool,
    pub content: &'static str,
    pub stream: &'static str,
    pub metadata: &'static str,
    /// Objects from number 6 on.
    pub more: &'static [&'static str],
    pub no_id: bool,
    pub no_comment: bool,
}

impl Pdf {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut pdf = if self.no_comment { b"%PDF-1.4\n".to_vec() } else { b"%PDF-1.4\n%\xe5\xe4\xf6\xfc\n".to_vec() };
        let objects = self.objects();
        let mut table = String::new();
        for (number, object) in (1..).zip(&objects) {
            table += &format!("{:010} 00000 n \n", pdf.len());
            pdf.extend(format!("{number} 0 obj\n{object}\nendobj\n").into_bytes());
        }
        let (start, size) = (pdf.len(), objects.len() + 1);
        let id = if self.no_id { "" } else { "/ID[<00112233><00112233>]" };
        let trailer = format!("trailer\n<</Size {size}/Root 1 0 R{id}>>\nstartxref\n{start}\n%%EOF\n");
        pdf.extend(format!("xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}").into_bytes());
        pdf
    }

    fn objects(&self) -> Vec<String> {
        let Self { catalog, page, stream, metadata, .. } = self;
        let resources = format!("/Resources<<{}>>", self.resources);
        let (above, own) = if self.inherits { (resources, String::new()) } else { (String::new(), resources) };
        let content = if self.content.is_empty() { "0 0 m 9 9 l n" } else { self.content };
        let packet = self.packet();
        let mut objects = vec![
            format!("<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R{catalog}>>"),
            format!("<</Type/Pages/Kids[3 0 R]/Count 1{above}>>"),
            format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 5 0 R{own}{page}>>"),
            format!("<</Type/Metadata/Subtype/XML{metadata}/Length {}>>\nstream\n{packet}\nendstream", packet.len()),
            format!("<<{stream}/Length {}>>\nstream\n{content}\nendstream", content.len()),
        ];
        objects.extend(self.more.iter().map(|object| (*object).to_owned()));
        objects
    }

    fn packet(&self) -> String {
        let part = self.part.unwrap_or(1);
        format!(
            "<?xpacket begin='\u{feff}' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>\
             <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' \
             xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/' pdfaid:part='{part}' pdfaid:conformance='B'/>\
             </rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
        )
    }
}
