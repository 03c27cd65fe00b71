"""What an engine is asked (options) and what it answers (facts). Facts carry scores, never decisions.

Seconds are exact and count in the stream's own time: 0 is the first frame of the video stream, or the first sample of the
audio stream. `origin` is where that 0 lies in the container's time, so pictures and sound of one file can be compared.

All of it stands in one file, longer than the others: what two processes and the stored results must agree on is read, and changed, at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True)
class Span:
    """Seconds from `start` up to but not including `end`."""

    start: Fraction
    end: Fraction

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a span cannot end ({self.end}) before it starts ({self.start})")

    @property
    def length(self) -> Fraction:
        return self.end - self.start

    def holds(self, seconds: Fraction) -> bool:
        return self.start <= seconds < self.end

    def covers(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlap(self, other: Span) -> Fraction:
        """Seconds shared with `other`, 0 when they only touch."""
        return max(Fraction(0), min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True)
class VideoStream:
    """The first picture stream of a file. `rate` is the container's nominal rate (r_frame_rate), as Blender uses it.

    `transfer` is "pq" or "hlg" (ITU-R BT.2100) where its brightness is coded for high dynamic range; `alpha`: parts may be transparent.
    """

    width: int
    height: int
    rate: Fraction
    start: Fraction
    duration: Fraction
    frames: int
    """Counted or declared; 0 when the container does not say."""
    rotation: int = 0
    pixel_aspect: Fraction = Fraction(1)
    codec: str = ""
    transfer: Literal["", "pq", "hlg"] = ""
    alpha: bool = False


@dataclass(frozen=True)
class AudioStream:
    """The first sound stream of a file; `rate` in samples a second."""

    rate: int
    channels: int
    start: Fraction
    duration: Fraction
    codec: str = ""


@dataclass(frozen=True)
class Media:
    """What a file holds. `duration` is the container's, in seconds."""

    duration: Fraction
    video: VideoStream | None = None
    audio: AudioStream | None = None
    warnings: tuple[str, ...] = ()


Detector = Literal["transnetv2", "adaptive", "content", "hash"]


@dataclass(frozen=True)
class ShotsOptions:
    """What the worker must know to look for shots. Sensitivity is not here: it is the planner's, and live."""

    detector: Detector = "transnetv2"
    thorough: bool = False
    """The network looks at every frame, also where cheap evidence shows that nothing changes."""


TransitionKind = Literal["dissolve", "fade_in", "fade_out", "fade_black", "fade_white", "wipe"]
"""`fade_black` and `fade_white` go from picture to picture through black or white; `fade_in`, `fade_out` have one on one side only."""


@dataclass(frozen=True)
class Transition:
    """A gradual change. `first` and `last` are its first and last blended frame, both inclusive, counted as `Boundary.frame` is.

    `span` runs from the time of `first` to that of the first frame after `last`.
    """

    kind: TransitionKind
    first: int
    last: int
    span: Span


@dataclass(frozen=True)
class Boundary:
    """A place where a new shot may begin.

    `frame` is the index of the first frame of the new shot, counted from the stream's first frame; `seconds` is that
    frame's exact presentation time. In a gradual `transition` it is where a split belongs: the middle, but the first frame
    of a fade-in, and the frame after the last of a fade-out. `score` lies in 0..1 and is scaled so that .5 is the detector's
    own published threshold: a planner that keeps scores of at least .5 gives what the detector alone would give.
    """

    frame: int
    seconds: Fraction
    score: float
    transition: Transition | None = None

    @property
    def kind(self) -> Literal["cut"] | TransitionKind:
        return self.transition.kind if self.transition else "cut"


@dataclass(frozen=True)
class Shots:
    """Every candidate boundary within `span`, however weak (score >= .05), in order of time."""

    span: Span
    origin: Fraction
    rate: Fraction
    frames: int
    detector: str
    boundaries: tuple[Boundary, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class LooksOptions:
    """`per_second` frames are looked at. `descriptor`: compared by what a network sees and by colour, or by colour alone."""

    per_second: Fraction = Fraction(2)
    descriptor: Literal["network", "colour"] = "network"


@dataclass(frozen=True)
class Looks:
    """What a few frames a second look like. All tuples have one entry a sample, in order of time.

    `sharpness` is 0 (blurred) to 1; `exposure` is the share of pixels that are neither black nor burnt out; `motion` is the mean
    change to the frame after, 0 to 1. `descriptors` are base64 of uint8 (samples, `width`), row by row: the cosine of two
    rows less 128 says how alike two samples are. `method` names what made them.
    """

    span: Span
    origin: Fraction
    rate: Fraction
    frames: tuple[int, ...]
    seconds: tuple[Fraction, ...]
    sharpness: tuple[float, ...]
    exposure: tuple[float, ...]
    motion: tuple[float, ...]
    method: str
    width: int
    descriptors: str
    warnings: tuple[str, ...] = ()
    provisional: bool = False
    """Made without the network that was asked for, since it is not installed: not kept for the next run."""


@dataclass(frozen=True)
class AmbienceOptions:
    """`step`: seconds a row of the answer stands for."""

    step: Fraction = Fraction(1, 2)


@dataclass(frozen=True)
class Ambience:
    """What a place sounds like: the spectral envelope of every `step` seconds, counted from `span.start`.

    `levels` are base64 of uint8 (rows, `bands`), row by row: the mean level in a mel band is `level * 0.4 - 100` dB below full
    scale; 0 is silence, or no sound there. `method` names what made them.
    """

    span: Span
    origin: Fraction
    step: Fraction
    method: str
    bands: int
    levels: str
    warnings: tuple[str, ...] = ()


Task = Literal["transcribe", "translate"]
SpeechEngine = Literal["faster-whisper", "openai-whisper"]


@dataclass(frozen=True)
class TranscriptOptions:
    """`language` is an ISO 639-1 code or "auto"; `task` "translate" means: to English."""

    engine: SpeechEngine = "faster-whisper"
    model: str = "tiny.en"
    language: str = "auto"
    task: Task = "transcribe"
    vocabulary: str = ""
    """Names and terms that are said, separated by commas or lines: listened for, never invented."""
    prompt: str = ""
    """What was said before, or how it is written: text in the style that is wanted."""
    align: Literal["auto", "pauses", "engine"] = "auto"
    """Word times refined by the sounds of speech that are heard, by pauses alone, or as the engine gives them."""
    aligner: str = ""
    """A folder that holds a network that writes letters (CTC), by which words are aligned; "": the packaged model of speech sounds."""
    verbatim: bool = False
    """Every "um" and every word said twice is to be written too, where the model can be brought to it."""


@dataclass(frozen=True)
class Word:
    """`text` as the engine writes it, with its leading space where the language has one: joining the words gives the text."""

    text: str
    start: Fraction
    end: Fraction
    confidence: float


@dataclass(frozen=True)
class Utterance:
    """Words said in one breath, as the engine groups them. `no_speech` is the engine's doubt, 0..1; `language` "" where the whole
    transcript has one."""

    words: tuple[Word, ...]
    no_speech: float = 0.0
    language: str = ""

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words).strip()


@dataclass(frozen=True)
class Transcript:
    """Every word said within `span`, in order of time."""

    span: Span
    origin: Fraction
    language: str
    language_confidence: float
    engine: str
    model: str
    task: Task
    utterances: tuple[Utterance, ...]
    warnings: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for utterance in self.utterances for word in utterance.words)


@dataclass(frozen=True)
class SpeakersOptions:
    """`count` speakers are told apart, 0: as many as there seem to be."""

    count: int = 0


@dataclass(frozen=True)
class Turn:
    """`speaker` talks over `span`; speakers are numbered in the order in which they are first heard. `confidence` 0..1."""

    span: Span
    speaker: int
    confidence: float


@dataclass(frozen=True)
class Speakers:
    """Who speaks when within `span`. `voices` are base64 of float32 (speakers, `width`), unit vectors, to know a voice again elsewhere."""

    span: Span
    origin: Fraction
    method: str
    turns: tuple[Turn, ...]
    width: int
    voices: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class SoundsOptions:
    """`threshold`: how sure the tagger must be."""

    threshold: float = 0.5
    model: str = ""
    """A folder that holds an AudioSet tagger; "": the packaged network, which knows music and noise."""


@dataclass(frozen=True)
class SoundEvent:
    """Something that is heard and is not speech: `label` is a word for it ("music", "applause", "laughter")."""

    span: Span
    label: str
    confidence: float


@dataclass(frozen=True)
class Sounds:
    """What is heard besides speech within `span`, in order of time."""

    span: Span
    origin: Fraction
    method: str
    events: tuple[SoundEvent, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class VoiceOptions:
    """`step`: seconds a row of the answer stands for."""

    step: Fraction = Fraction(1, 100)


@dataclass(frozen=True)
class Voice:
    """How surely somebody speaks, how loud it is, how it is voiced and how far it stands out, every `step` seconds from `span.start`.

    Each is base64 of uint8 (rows,). `speech`: 0 to 255, how sure the voice detector is. `levels`: the mean level is `value * 0.4 - 100` dB
    below full scale, 0 is silence. `voicing`: 0 to 255, how periodic the sound is. `pitch`: 0 where it is not voiced, else the
    fundamental is `40 * 2 ** (value / 48)` Hz. `contrast`: how far its spectrum stands out of the room's, `value * 0.1` standard
    deviations of what the room has by chance. `floor` is the level of the room alone, in the same dB. `method` names what made them.
    """

    span: Span
    origin: Fraction
    step: Fraction
    method: str
    speech: str
    levels: str
    voicing: str
    pitch: str
    contrast: str
    floor: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoudnessOptions:
    """`step`: seconds between two values of the momentary loudness."""

    step: Fraction = Fraction(1, 10)


@dataclass(frozen=True)
class Loudness:
    """How loud a medium's sound is within `span` (EBU R 128, ITU-R BS.1770).

    `integrated` in LUFS and `true_peak` in dB above full scale; both None where there is nothing to be heard. `momentary` is base64 of
    uint8 (rows,): the loudness of the 400 ms around each `step` is `value * 0.4 - 100` LUFS, 0 is silence.
    """

    span: Span
    origin: Fraction
    step: Fraction
    method: str
    integrated: float | None
    true_peak: float | None
    momentary: str
    warnings: tuple[str, ...] = ()


Tracker = Literal["librosa", "neural"]


@dataclass(frozen=True)
class BeatsOptions:
    """Which beat tracker listens, and the `tempo` to be expected in beats a minute, 0.0: whatever is heard."""

    tracker: Tracker = "librosa"
    tempo: float = 0.0


@dataclass(frozen=True)
class Beat:
    """A beat of music. `downbeat`: the first of a bar. `strength` 0..1: how much louder and fuller than the others it is."""

    seconds: Fraction
    downbeat: bool
    strength: float


@dataclass(frozen=True)
class Beats:
    """The beats within `span`, in order of time; `tempo` in beats a minute, 0.0 where there are none. `confidence` 0..1.

    `meter` beats make a bar (0: not known), `bar_confidence` 0..1 says how sure the downbeats are.
    """

    span: Span
    origin: Fraction
    method: str
    tempo: float
    beats: tuple[Beat, ...]
    confidence: float
    warnings: tuple[str, ...] = ()
    meter: int = 0
    bar_confidence: float = 0.0


@dataclass(frozen=True)
class ObjectsOptions:
    """`model` is a name of the table of models or a checkpoint file of the user's; "": the smallest installed one of the table, else his.

    `per_second` frames are looked at, up to four times as many where much moves, never more than the film has. A thing is followed from
    a view of at least `confidence` 0..1; while it is followed, views of two fifths of that count too. `size` is the long side in pixels
    of the picture the network looks at, 0: the one it was trained with (mostly 640); twice as large finds smaller things and takes four
    times as long. `thorough` looks at every frame three times, at three sizes and mirrored: more is found, in more than twice the time.
    """

    model: str = ""
    per_second: Fraction = Fraction(3)
    confidence: float = 0.25
    tracker: Literal["bytetrack", "botsort"] = "bytetrack"
    size: int = 0
    thorough: bool = False


@dataclass(frozen=True)
class Track:
    """One thing, followed within one shot. `samples` are indexes into the `seconds` of the facts it belongs to, rising.

    `boxes` are base64 of float32 (samples, 5), row by row: left, top, width, height, confidence 0..1. Boxes are in pixels of the upright
    picture as it is stored: turned by the stream's rotation, pixels as wide as the stream's pixel aspect says. `label` is the model's
    word for it ("person", "dog"). `confidence` is the mean of the rows'. `pose` is "" where the model gives none, else base64
    of float32 (samples, 17, 3), x, y and confidence of COCO's keypoints in the same pixels; outlines are kept by who asks for cut-outs.
    """

    label: str
    confidence: float
    samples: tuple[int, ...]
    boxes: str
    pose: str = ""


@dataclass(frozen=True)
class Objects:
    """What is seen within `span`. `width`, `height`: the upright picture that boxes are counted in. `method` names model and tracker."""

    span: Span
    origin: Fraction
    rate: Fraction
    method: str
    width: int
    height: int
    frames: tuple[int, ...]
    seconds: tuple[Fraction, ...]
    tracks: tuple[Track, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class FacesOptions:
    """`per_second` frames are looked at. `identity`: whether faces are described so that they are known again; off unless the user said
    so. `expression`: whether expressions are read. `confidence` 0..1 is the least that counts as a face."""

    per_second: Fraction = Fraction(3)
    identity: bool = False
    expression: bool = True
    confidence: float = 0.6


@dataclass(frozen=True)
class FaceTrack:
    """One face, followed within one shot. `samples` and `boxes` as `Track`'s; `landmarks` base64 of float32 (samples, 10): x and y of right
    eye, left eye, nose, right and left corner of the mouth (the person's right), in the same pixels.

    `identity` is base64 of float32 (`Faces.width`,), "" where none was asked for or no view was good enough: vectors of one person lie
    nearer to each other than 1 (Euclidean; the network's published bound), whatever made them (`Faces.known_by`).
    `expressions` is base64 of uint8 (samples, len(EXPRESSIONS)): shares of 255, a row of zeros where none could be read, "" where
    that is all of them. `portrait`: index into `seconds` of the view that shows the face best.
    """

    confidence: float
    samples: tuple[int, ...]
    boxes: str
    landmarks: str
    portrait: int
    identity: str = ""
    expressions: str = ""


EXPRESSIONS = ("anger", "disgust", "fear", "joy", "sadness", "surprise", "neutral")
"""Ekman's six and none of them: the order of `FaceTrack.expressions` and of the feelings of texts."""


@dataclass(frozen=True)
class Faces:
    """Whose faces are seen within `span`. `picture` is (width, height) of the upright picture that boxes are counted in.

    `known_by` names the network that described identities: vectors of two networks cannot be compared.
    """

    span: Span
    origin: Fraction
    rate: Fraction
    method: str
    picture: tuple[int, int]
    frames: tuple[int, ...]
    seconds: tuple[Fraction, ...]
    width: int
    tracks: tuple[FaceTrack, ...]
    warnings: tuple[str, ...] = ()
    provisional: bool = False
    known_by: str = ""


@dataclass(frozen=True)
class SightingsOptions:
    """`finder`: the network that looks for faces in every frame; "both": YuNet and MTCNN, in several times the time of the first;
    "none": only where another picture begins is wanted."""

    finder: Literal["yunet", "mtcnn", "both", "none"] = "yunet"


@dataclass(frozen=True)
class Sighting:
    """What may be a face, followed through one shot on frames without a gap, from `first` (an index into `seconds`) on.

    `boxes` is base64 of float32 (frames, 5), row by row: left, top, width, height in pixels of the upright picture, and how surely a face
    was seen there, 0..1; 0 where none was seen and only the movement of the picture was followed, forwards or backwards.
    """

    first: int
    boxes: str


@dataclass(frozen=True)
class Sightings:
    """Everything within `span` that may be a face, however unsure, in every frame. `picture` is (width, height) of the upright picture that
    boxes are counted in, `cuts` are the indexes into `seconds` at which another picture begins. `method` names the networks."""

    span: Span
    origin: Fraction
    rate: Fraction
    method: str
    picture: tuple[int, int]
    frames: tuple[int, ...]
    seconds: tuple[Fraction, ...]
    cuts: tuple[int, ...]
    tracks: tuple[Sighting, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class PicturesOptions:
    """`per_second` frames are measured. `model`: a folder or file with an aesthetic model, "": none."""

    per_second: Fraction = Fraction(2)
    model: str = ""


PICTURE_VALUES = (
    "sharpness", "exposure", "brightness", "contrast", "saturation", "warmth", "noise", "black", "white", "motion", "focus", "balance",
    "thirds", "horizon", "aesthetic",
)  # fmt: skip
"""The columns of `Pictures.values`: 0..1 but `warmth` (-1 cold .. 1 warm) and `horizon` (degrees it leans, clockwise); NaN: not known.

Black bars are no part of the picture, and high dynamic range is measured as an ordinary screen shows it. `sharpness` is that of the
sharpest parts, `focus` the share of the drawing that is sharp, `exposure` the share of pixels neither black nor burnt out, `contrast`
twice the standard deviation of the brightness, `saturation` how colourful it is, `noise` its standard deviation in units of 25 grey
levels. `black` and `white` are shares of clipped pixels, `motion` is the mean change to the next frame, `balance` and `thirds` tell
how the weight of the picture lies.
"""
CAMERA_VALUES = ("pan", "tilt", "zoom", "roll", "shake", "certainty")
"""The columns of `Pictures.camera`: how the picture moves while this sample lasts. `pan` and `tilt` in widths of the picture a second,
positive to the right and down of the CAMERA; `zoom` the logarithm of the factor a second, positive closer; `roll` degrees a second;
`shake` how far it strays from its smooth path (RMS, in widths); `certainty` 0..1, the share of points that move alike."""


@dataclass(frozen=True)
class Pictures:
    """What a few frames a second look like, measured. `values` base64 of float16 (samples, len(PICTURE_VALUES)), `camera` base64 of
    float16 (samples, len(CAMERA_VALUES)), row by row."""

    span: Span
    origin: Fraction
    rate: Fraction
    method: str
    frames: tuple[int, ...]
    seconds: tuple[Fraction, ...]
    values: str
    camera: str
    warnings: tuple[str, ...] = ()
    provisional: bool = False
    """Made without the aesthetic model that was asked for: not kept for the next run."""


@dataclass(frozen=True)
class ConceptsOptions:
    """`model`: a folder with an image-text model (CLIP, SigLIP, …), "": the packaged network of ImageNet's classes. `concepts`: words or
    phrases of the user's that are scored besides the fixed ones, one a line."""

    model: str = ""
    per_second: Fraction = Fraction(1)
    concepts: str = ""


@dataclass(frozen=True)
class Concepts:
    """What a few frames a second show, in the words of an image-text model. `vectors` base64 of int8 (samples, `width`): unit vectors times
    127; `concepts` what was scored, `scores` base64 of uint8 (samples, concepts): probabilities times 255.

    Two of the concepts are "indoor" and "outdoor", which add up to 1. `width` is 0 where no image-text model was chosen: then the
    concepts are things and places that ImageNet's classes tell."""

    span: Span
    origin: Fraction
    rate: Fraction
    method: str
    frames: tuple[int, ...]
    seconds: tuple[Fraction, ...]
    width: int
    vectors: str
    concepts: tuple[str, ...]
    scores: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class SteadinessOptions:
    """Every frame is looked at."""


STEADINESS_VALUES = ("right", "down", "closer", "rolled", "certainty")
"""The columns of `Steadiness.moves`: how the CAMERA moved since the frame before: to the right and down in widths of the picture, seen at
its middle; the logarithm of the factor, positive closer; radians, clockwise; the share of points that agree, 0..1 (below .2: not known)."""


@dataclass(frozen=True)
class Steadiness:
    """How the camera moved from frame to frame. `moves` base64 of float32 (frames, len(STEADINESS_VALUES)); the first row knows nothing.

    `width`, `height`: the upright picture in square pixels.
    """

    span: Span
    origin: Fraction
    rate: Fraction
    method: str
    width: int
    height: int
    frames: tuple[int, ...]
    seconds: tuple[Fraction, ...]
    moves: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class SurfaceOptions:
    """Which flat part of the picture is followed: the four `corners` (x, y in 0..1 of the upright picture, from its upper left corner,
    going round) as it is seen at `moment` (seconds of the stream)."""

    corners: tuple[tuple[float, float], ...] = ((0.35, 0.35), (0.65, 0.35), (0.65, 0.65), (0.35, 0.65))
    moment: Fraction = Fraction(0)


@dataclass(frozen=True)
class Surface:
    """Where a flat part of the picture is seen. `places` base64 of float32 (frames, 9): the four corners, x and y, in 0..1 of the upright
    picture, and how much of it is recognised, 0..1; 0 where it is lost. It is looked for until it stays lost for long."""

    span: Span
    origin: Fraction
    rate: Fraction
    method: str
    width: int
    height: int
    frames: tuple[int, ...]
    seconds: tuple[Fraction, ...]
    places: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColoursOptions:
    """`per_second` frames are measured."""

    per_second: Fraction = Fraction(2)


@dataclass(frozen=True)
class Colours:
    """Pixels of a few frames a second. `points` are base64 of uint8 (samples, `width`, 3): RGB as coded, from all over the picture,
    black bars left out."""

    span: Span
    origin: Fraction
    rate: Fraction
    frames: tuple[int, ...]
    seconds: tuple[Fraction, ...]
    width: int
    points: str
    warnings: tuple[str, ...] = ()


SALIENCY = (64, 36)
"""Columns and rows that pictures are looked at in for what stands out."""


@dataclass(frozen=True)
class SaliencyOptions:
    """`per_second` frames are looked at."""

    per_second: Fraction = Fraction(3)


@dataclass(frozen=True)
class Saliency:
    """What stands out in a few frames a second. `shares` are base64 of uint8 (samples, 64 + 36): how much stands out in each column of the
    upright picture, from the left, then in each row, from above; 255 is the most."""

    span: Span
    origin: Fraction
    rate: Fraction
    frames: tuple[int, ...]
    seconds: tuple[Fraction, ...]
    shares: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class MouthsOptions:
    """Faces are looked for in `per_second` frames; how much their mouths move, in every frame."""

    per_second: Fraction = Fraction(8)


@dataclass(frozen=True)
class Mouths:
    """How much the mouths of the faces within `span` move. `picture` is (width, height) of the upright picture that boxes are counted in.

    `rows` are base64 of float32 (rows, 7): the number of the look (of `seconds`), left, top, width and height of a face in it, and from
    there to the next look how much its mouth moves to and fro from frame to frame, and how much its upper half, in contrasts of the face.
    """

    span: Span
    origin: Fraction
    rate: Fraction
    method: str
    picture: tuple[int, int]
    seconds: tuple[Fraction, ...]
    rows: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImpactsOptions:
    """About `per_second` frames are looked at; of films with fewer all."""

    per_second: Fraction = Fraction(30)


@dataclass(frozen=True)
class Impact:
    """A moment at which something in the picture stops or turns all of a sudden. `frame` and `seconds` as a `Boundary`'s, of the picture
    in which it does; `strength` 0..1."""

    frame: int
    seconds: Fraction
    strength: float


@dataclass(frozen=True)
class Impacts:
    """Such moments within `span`, however weak (strength >= .05), in order of time."""

    span: Span
    origin: Fraction
    rate: Fraction
    method: str
    impacts: tuple[Impact, ...]
    warnings: tuple[str, ...] = ()


Facts = (
    Shots | Looks | Transcript | Ambience | Speakers | Sounds | Voice | Loudness | Beats | Objects | Faces | Pictures | Concepts
    | Steadiness | Surface | Colours | Impacts | Saliency | Sightings | Mouths
)  # fmt: skip
Options = (
    ShotsOptions | LooksOptions | TranscriptOptions | AmbienceOptions | SpeakersOptions | SoundsOptions | VoiceOptions
    | LoudnessOptions | BeatsOptions | ObjectsOptions | FacesOptions | PicturesOptions | ConceptsOptions
    | SteadinessOptions | SurfaceOptions | ColoursOptions | ImpactsOptions | SaliencyOptions | SightingsOptions
    | MouthsOptions
)  # fmt: skip


@dataclass(frozen=True)
class Engine:
    """One line of the table below. `version` changes whenever the same medium and options would give other facts."""

    name: str
    version: int
    options: type
    facts: type
    stream: Literal["video", "audio"]


ENGINES: dict[str, Engine] = {
    "shots": Engine("shots", 5, ShotsOptions, Shots, "video"),
    "looks": Engine("looks", 1, LooksOptions, Looks, "video"),
    "ambience": Engine("ambience", 1, AmbienceOptions, Ambience, "audio"),
    "transcript": Engine("transcript", 5, TranscriptOptions, Transcript, "audio"),
    "speakers": Engine("speakers", 1, SpeakersOptions, Speakers, "audio"),
    "sounds": Engine("sounds", 1, SoundsOptions, Sounds, "audio"),
    "voice": Engine("voice", 2, VoiceOptions, Voice, "audio"),
    "loudness": Engine("loudness", 1, LoudnessOptions, Loudness, "audio"),
    "beats": Engine("beats", 1, BeatsOptions, Beats, "audio"),
    "objects": Engine("objects", 2, ObjectsOptions, Objects, "video"),
    "pictures": Engine("pictures", 1, PicturesOptions, Pictures, "video"),
    "faces": Engine("faces", 1, FacesOptions, Faces, "video"),
    "sightings": Engine("sightings", 1, SightingsOptions, Sightings, "video"),
    "concepts": Engine("concepts", 2, ConceptsOptions, Concepts, "video"),
    "colours": Engine("colours", 1, ColoursOptions, Colours, "video"),
    "impacts": Engine("impacts", 1, ImpactsOptions, Impacts, "video"),
    "saliency": Engine("saliency", 1, SaliencyOptions, Saliency, "video"),
    "mouths": Engine("mouths", 1, MouthsOptions, Mouths, "video"),
    "steadiness": Engine("steadiness", 1, SteadinessOptions, Steadiness, "video"),
    "surface": Engine("surface", 1, SurfaceOptions, Surface, "video"),
}
