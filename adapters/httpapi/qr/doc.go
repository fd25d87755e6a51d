// Package qr exists so that a link on paper is found by every phone: it draws QR codes, and says
// so when the wishes of their designer stand in the way.
//
// [Options] are what a request asks for; what can't be used is a [FieldError] with the name of
// the field. [Render] encodes the text (symbol.go, penalty.go), leaves room for a logo (hole.go)
// and draws dots as PNG (png.go) or SVG (svg.go). [Options.Warnings] tells what might keep a phone
// from reading that. A logo comes as a file, or in a data URL ([ParseDataURL]), and is unpacked
// once ([DecodeLogo]); fetching it is somebody else's business.
//
// # Decisions
//
//   - The symbol is made with rsc.io/qr/coding (BSD, no dependencies, small and finished since
//     2018). Of the libraries that resolve it is the only one that says where in the square a
//     codeword lies, which is what makes the rule for logos exact, and the fastest: with all eight
//     masks tried, a whole SVG takes about 0.6 ms, where boombuler/barcode took 2.8 ms and
//     skip2/go-qrcode 1.2 ms for the symbol alone. It leaves the choice of the mask
//     to us. Our tests decode every version at every level with gozxing, which shares no code with it.
//   - Error correction is at least what was asked for. What fits into the same square at a higher
//     level gets that, because it costs nothing.
//   - A logo gets a quarter of the symbol's width, at small versions less, so that level H, the
//     default with a logo, can make up for everything hidden, and has as much again left for dirt
//     and blur. At a lower level it is the same square, and a warning says how much of the
//     correction is spent. Tests invert each module in such a square: the decoder gives up
//     precisely where the count of damaged codewords says.
//   - In a PNG every module is a whole number of pixels wide; what is left over goes to the
//     margin, which is thus at least what was asked for. Modules of 11 and 12 pixels side by side
//     would fill the picture, but are harder to read. A size with less than a pixel for each is
//     refused. SVG has units of modules, and exactly the margin.
//   - Contrast is the difference in brightness as a camera sees it, at least 40% of that between
//     black and white (grade C of ISO/IEC 15415). A transparent background is taken for white
//     paper: what is really behind it nobody can know.
//   - A PNG is never in memory as a picture: the encoder asks for pixels, and gets them computed.
//     4,096 pixels square would be 64 MB for each request otherwise.
//   - A logo is refused by its size before anything of it is unpacked, told by its first bytes
//     instead of what its sender calls it, reduced to 512 pixels, and packed anew into an SVG: no
//     metadata, no second meaning of a file survives. SVG logos are refused, because they hold
//     programs and addresses. Turning by EXIF is not done.
//   - Text is written as its bytes without saying that they are UTF-8, which most phones guess.
//     Short links are ASCII.
package qr
