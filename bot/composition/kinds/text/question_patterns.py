"""The patterns of questions that ask for more than a fact; `bot.composition.kinds.asked` reads them."""

import re

from bot.composition.kinds.text.stances import STANCE_VERBS
from bot.english.lexicon import PERSONAL, any_of
from bot.english.names import NAME
from bot.english.period import DATE

POLITE = re.compile(
    r"^(?:(?:please|hi|hello|hey|ok|okay|so|and|well)[, ]+)*"
    r"(?:(?:can|could|would|will) you (?:please |kindly )?"
    r"|i(?:['’]d| would) like (?:you )?(?:to (?:see|know|have|read) )?|i (?:want|need) (?:to (?:see|know) )?"
    r"|do you have |let me have )?(?:please )?",
    re.IGNORECASE,
)
_ARTICLE = r"(?:article|story|piece|report|text|document)"
_ARTICLES = r"(?:articles|stories|pieces|reports|texts|documents|files)"
_HOLDING = r"(?:folder|archive|collection|corpus|index|database)"
_STORIES = r"(?:news )?(?:articles|stories)"  # what is never a thing in the news
_GIVE = r"(?:(?:give|show|tell|get|make|write|draw|find) (?:me |us )?)?(?:an? |the )?"
_SHORT = r"(?:(?:short|brief|quick|concise) )?"
# "the DW article about the summit", "this story"
_ONE = (
    rf"(?P<one>(?:this|that|the)(?: [\w.’'&-]+){{0,4}}?) {_ARTICLE}"
    r"(?: (?:from|by|in) (?P<outlet>(?:the )?[A-Z][\w .’'&-]*?))?(?: (?:about|on) (?P<topic>.+?))?"
)
SUMMARY = (
    rf"what(?: is|['’]s| was) {_ONE} (?:all )?about",
    rf"what does {_ONE} say",
    rf"(?:what are |{_GIVE})(?:the )?(?:main|key) (?:points|takeaways|facts) (?:of|in|from) {_ONE}",
    rf"(?:summari[sz]e|sum up|recap|{_GIVE}{_SHORT}(?:summary|gist|recap|overview|rundown|tl;?dr) of|"
    rf"tl;?dr(?: of|:)?) {_ONE}",
)
# the article cited last
SUMMARY_OF_IT = (
    rf"(?:summari[sz]e|sum up|recap|tl;?dr(?: of)?|{_GIVE}{_SHORT}(?:summary|gist|recap|overview) of)"
    r" (?:it|this|that)(?: one| all)?(?: for me)?",
    r"what(?: is|['’]s| was) (?:it|this|that)(?: one)? (?:all )?about",
    r"tl;?dr",
)
# "the newest one" after a list of articles
ONE = re.compile(
    r"\b(newest|oldest|latest|earliest|most recent)(?: one(s?))?(?=\W*$)", re.IGNORECASE
)
SUMMARIZE = re.compile(
    rf"(?:summari[sz]e|sum up|recap|brief me on|(?:catch|bring|get) me up (?:to (?:speed|date) )?on"
    rf"|(?:fill|clue) me in on|{_GIVE}{_SHORT}(?:summary|briefing|overview|background|rundown|gist|recap)"
    r" (?:of|on|about)|tell me (?:more |all |everything )?about|what do (?:we|you|the articles) know about"
    r"|what(?: is|['’]s) (?:the (?:story|news|situation)) (?:with|about|on|in)"
    r"|what(?: is|['’]s) (?:going on|happening) (?:in|with|at|around)"
    r"|what(?: is|['’]s) (?:known|reported|written) about|what do the articles say about)"
    rf" (?:(?:the |all )?(?:news )?{_ARTICLES} (?:about|on|of) )?(?P<rest>.+)",
    re.IGNORECASE,
)
LATEST = re.compile(
    r"(?:what(?: is|['’]s) (?:the )?(?:(?:very )?latest|newest|new|most recent)"
    r"(?: (?:news|state|status|developments?))?"
    r"|what(?: are|['’]re) the (?:latest|newest|most recent) (?:developments|news|reports)"
    r"|(?:is there |are there )?any (?:news|updates?|developments?)|(?:an )?updates?)"
    r" (?:on|about|in|with|for|of|from) (?P<rest>.+)",
    re.IGNORECASE,
)
HAPPENED = r"what (?:has |had )?happened (?:in|at|during|with|around) (?P<rest>.+)"
COUNT = rf"how many (?:of (?:the|our|these|your) )?(?:news )?{_ARTICLES}\b(?P<rest>.*)"
LIST = (
    rf"(?:which|what) (?:of (?:the|our|these|your) )?(?:news )?{_ARTICLES}\b(?P<rest>.*)",
    rf"(?:list|show(?: me)?|find(?: me)?|give me|name|(?:are|is) there|(?:do|have) (?:we|you)(?: have| got)?)"
    rf" (?:all |any |every )?(?:of )?(?:the )?(?:news )?{_ARTICLES}\b(?P<rest>.*)",
    r"what (?:do|have) (?:we|you) (?:have|got)(?P<rest> (?:from|by|on|about|in|for)\b.+)",
)
_NUMBER = r"\d+|two|three|four|five|ten"
# "the five newest articles about Greenpeace", "what's the oldest story"
AGED = (
    rf"(?:(?:what|which)(?: one| article)?(?: is|['’]s| are| was| were) |{_GIVE}|list )?(?:the )?"
    rf"(?P<before>{_NUMBER})? ?"
    rf"(?:(?P<new>newest|latest|most recent|last)|oldest|earliest|first) (?P<after>{_NUMBER})? ?(?:news )?"
    rf"(?:(?P<one>article|story|piece)|articles|stories|pieces)\b(?P<rest>.*)",
)
_THESE = r"(?:the|this|these|your|our)"
# what there is at all
OVERVIEW = (
    rf"what (?:are|do) (?:all )?(?:those|{_THESE}) {_STORIES} (?:(?:all )?about|cover|deal with)",
    rf"what(?: is|['’]s)(?: there)? in {_THESE} (?:{_HOLDING}|{_STORIES})",
    rf"what (?:topics|subjects|stories|events|themes) (?:do|are) (?:you|we|{_THESE})?(?: {_STORIES})?"
    rf" ?(?:cover(?:ed)?|have|there|know)?(?: (?:in|by) {_THESE} (?:{_HOLDING}|{_STORIES}))?",
    r"what (?:do|can) you know(?: about)?",
    r"what (?:news|articles|stories) (?:do|have) (?:you|we) (?:have|got)",
    rf"(?:describe|summari[sz]e|sum up|{_GIVE}{_SHORT}(?:overview|summary) of) (?:all )?{_THESE}"
    rf" (?:{_HOLDING}|{_STORIES})",
)
OF_ARTICLES = re.compile(
    r"(?:(?:that|which|do|have|has|are|is|were|was|we|you|there|got|in|all|also|here|the folder|the archive"
    r"|the collection) )*"
    r"(?:(?P<mention>mention(?:s|ed|ing)?|names?|naming|contain(?:s|ing)?|include(?:s)?|refer(?:s|ring)? to"
    r"|use(?:s)? the word)|(?P<about>about|on|cover(?:s|ing)?|discuss(?:es|ing)?|deal(?:s|ing)? with"
    r"|report(?:s|ing)? (?:on|about)|talk(?:s|ing)? about|(?:write|written) about))? ?(?P<subject>.*)",
    re.IGNORECASE,
)
# What may follow "articles" without a verb: the words that narrow the list.
NARROWED = re.compile(
    r"(?:from|by|in|on|since|before|after|until|published|written|there|this|last|between)\b",
    re.IGNORECASE,
)
_WHO = rf"(?:(?:the |[\w-]+ ){{0,4}}?)(?P<who>{NAME})"
_AND = rf"(?:(?:the |[\w-]+ ){{0,3}}?)(?P<and>{NAME})"
_ON = r"(?:about|on|regarding|concerning) (?P<rest>.+)"
_SAY = r"(?:say|said|says|tell (?:us|reporters|the press)|comment)"
QUOTES = (
    rf"what (?:else )?(?:did|does|has|have|had) {_WHO} (?:ever |also |have to )?{_SAY}(?: {_ON})?",
    rf"(?:list |{_GIVE})?(?:all |any |some |every )?(?:the )?(?:direct )?"
    rf"(?:quotes?|quotations?|statements?|remarks?|comments?) (?:by|from|of) {_WHO}(?: {_ON})?",
    rf"quote {_WHO} {_ON}",
    rf"{_WHO}['’]s (?:quotes|quotations|statements|remarks) {_ON}",
)
WHO_SAID = re.compile(
    r"who (?:said|says|called \w+|used the (?:words?|phrase)) [“\"'‘](?P<phrase>.{3,300}?)[.,]?[”\"'’]",
    re.IGNORECASE,
)
WHO_STOOD = re.compile(
    rf"who (?:all )?(?:has |have |had )?(?:also |openly |publicly )?(?P<verb>{any_of(STANCE_VERBS)})"
    r" (?P<rest>.+)",
    re.IGNORECASE,
)
_BOTH = rf"{_WHO} and {_AND}"
COMPARED_THINGS = (
    rf"(?:compare|contrast) (?:the )?(?P<rest>{_BOTH})",
    rf"(?:how (?:do|did|does)|what do) (?P<rest>{_BOTH}) (?:compare|differ|have in common)",
    rf"what(?: is| are|['’]s|['’]re) the (?:differences?|similarit(?:y|ies)|parallels?)"
    rf" between (?P<rest>{_BOTH})",
)
COMPARED = (
    rf"(?:compare|contrast) what {_WHO} and {_AND} (?:each |both )?(?:have |has )?{_SAY}(?: {_ON})?",
    rf"what (?:did|do|does|have|has) {_WHO} and {_AND} each {_SAY}",
    rf"what (?:did|do|does|have|has) {_WHO} and {_AND} (?:each |both )?{_SAY} {_ON}",
    rf"how (?:do|did|does) {_WHO} and {_AND} (?:differ|disagree|compare|diverge)"
    r" (?:on|about|over|in|regarding) (?P<rest>.+)",
    rf"(?:compare|contrast) (?:what )?{_WHO}(?:['’]s)? (?:and|with|to) {_AND}(?:['’]s)?"
    rf"(?: (?:views?|positions?|statements?|coverage|words|said|say|each))* {_ON}",
    rf"what(?: is| are|['’]s) the differences? between {_WHO} and {_AND} (?:on|about|over) (?P<rest>.+)",
)
TIMELINE = (
    rf"{_GIVE}{_SHORT}(?:timeline|time line|chronology|sequence of events)"
    r" (?:of|for|on|about|in) (?P<rest>.+)",
    r"(?P<rest>[^,]+?)[,:]? (?:timeline|chronology)",
    r"what (?:has )?happened (?:(?P<after>after|since|following)|(?P<before>before|leading up to"
    r"|in the (?:run-?up|lead-?up) to)) (?P<rest>.+)",
    r"how did (?P<rest>.+) unfold",
)
LED = re.compile(
    r"^(?:what (?:has |had )?happened (?:in|at|during|with|to|after) "
    r"|the (?:news|events|latest|developments) (?:about|on|in|from|of) |everything (?:about|on) |the |an? )+",
    re.IGNORECASE,
)
DATED = re.compile(DATE)
CLAUSE = re.compile(r"\b(?:when|after|before|if|that|because|while|did|does|was|were|is|are)\b")
PRONOUN = re.compile(rf"(?:{any_of(PERSONAL)}|this|that|these|those|there)\b", re.IGNORECASE)
