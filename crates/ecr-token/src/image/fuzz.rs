//! Checks that parsing any text returns either all parts of the text or an error.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn the_parts_of_an_image_uri_make_up_the_whole(
        rest in "[a-zA-Z0-9._:@/é -]{0,40}(@sha256:[a-f0-9]{63,65})?",
        host in prop::sample::select(&["public.ecr.aws", "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "docker.io"][..]),
    ) {
        let uri = format!("{host}/{rest}");
        if let Ok(image) = ImageUri::parse(&uri) {
            let tag = image.tag.map(|tag| format!(":{tag}")).unwrap_or_default();
            let digest = image.digest.map(|digest| format!("@{digest}")).unwrap_or_default();
            prop_assert_eq!(format!("{}/{}{tag}{digest}", image.registry, image.repository), uri);
        }
    }

    #[test]
    fn parsing_never_panics(uri in any::<String>()) {
        drop(ImageUri::parse(&uri));
    }
}
