"""The patterns of questions that ask for more than a fact; `bot.composition.kinds.asked` reads them."""

import re

from bot.english.lexicon import PERSONAL, any_of
from bot.english.period import DATE

POLITE = re.compile(
    r"^(?:(?:please|hi|hello|hey|ok|okay|so|and|well|in short|in brief|briefly|in a nutshell"
    r"|quickly)[, ]+)*"
    r"(?:(?:can|could|would|will) you (?:please |kindly )?"
    r"|i(?:['’]d| would) like (?:you )?(?:to (?:see|know|have|read) )?|i (?:want|need) (?:to (?:see|know) )?"
    r"|do you have |let me have )?(?:please )?",
    re.IGNORECASE,
)
_ARTICLE = r"(?:article|story|piece|report|text|document)"
_ARTICLES = r"(?:articles|stories|pieces|reports|texts|documents|files)"
_HOLDING = r"(?:folder|archive|collection|corpus|index|database)"
_STORIES = r"(?:news )?(?:articles|stories)"  # what is never a thing in the news
# what may lead up to a thing that is asked for
GIVE = r"(?:(?:give|show|tell|get|make|write|draw|find) (?:me |us )?)?(?:an? |the )?"
_SHORT = r"(?:(?:short|brief|quick|concise) )?"
# "the DW article about the summit", "this story"
_ONE = (
    rf"(?P<one>(?:this|that|the)(?: [\w.’'&-]+){{0,4}}?) {_ARTICLE}"
    r"(?: (?:from|by|in) (?P<outlet>(?:the )?[A-Z][\w .’'&-]*?))?(?: (?:about|on) (?P<topic>.+?))?"
)
SUMMARY = (
    rf"what(?: is|['’]s| was) {_ONE} (?:all )?about",
    rf"what does {_ONE} say",
    rf"(?:what are |{GIVE})(?:the )?(?:main|key) (?:points|takeaways|facts) (?:of|in|from) {_ONE}",
    rf"(?:summari[sz]e|sum up|recap|{GIVE}{_SHORT}(?:summary|gist|recap|overview|rundown|tl;?dr) of|"
    rf"tl;?dr(?: of|:)?) {_ONE}",
)
# the article cited last
SUMMARY_OF_IT = (
    rf"(?:summari[sz]e|sum up|recap|tl;?dr(?: of)?|{GIVE}{_SHORT}(?:summary|gist|recap|overview) of)"
    r" (?:it|this|that)(?: one| all)?(?: for me)?",
    r"what(?: is|['’]s| was) (?:it|this|that)(?: one)? (?:all )?about",
    r"tl;?dr",
)
# "the newest one" after a list of articles
ONE = re.compile(
    r"\b(newest|oldest|latest|earliest|most recent)(?: one(s?))?(?=\W*$)", re.IGNORECASE
)
SUMMARIZE = re.compile(
    rf"(?:summari[sz]e|sum up|recap|brief me on|tl;?dr:?(?: of| on| about)?"
    r"|(?:walk|talk|take|run) me through|explain(?= the | what happened )|describe(?= what happened )"
    rf"|(?:what are |{GIVE})?(?:the )?(?:main|key) (?:points|takeaways|facts) (?:on|about|of|from|in)"
    r"|what (?:do|did|does|have|has) (?:(?:the|these|our|your) )?(?:papers|articles|stories|reports"
    r"|newspapers|outlets) (?:all )?(?:say|said|write|written|report|reported) (?:about|on)"
    rf"|(?:catch|bring|get) me up (?:to (?:speed|date) )?on"
    rf"|(?:fill|clue) me in on|{GIVE}{_SHORT}(?:summary|briefing|overview|background|rundown|gist|recap)"
    r" (?:of|on|about)|tell me (?:more |all |everything )?about|what do (?:we|you|the articles) know about"
    r"|what(?: is|['’]s) (?:the (?:story|news|situation)) (?:with|about|on|in)"
    r"|what(?: is|['’]s) (?:going on|happening) (?:in|with|at|around)"
    r"|what(?: is|['’]s) (?:known|reported|written) about)"
    rf" (?:(?:the |all )?(?:news )?{_ARTICLES} (?:about|on|of) )?(?P<rest>.+)",
    re.IGNORECASE,
)
LATEST = re.compile(
    r"(?:what(?: is|['’]s) (?:the )?(?:(?:very )?latest|newest|new|most recent)"
    r"(?: (?:news|state|status|developments?))?"
    r"|what(?: are|['’]re) the (?:latest|newest|most recent) (?:developments|news|reports)"
    r"|(?:is there |are there )?any (?:news|updates?|developments?)|(?:an )?updates?"
    r"|(?:(?:give|show|tell) me )?(?:the )?(?:latest|newest|most recent) (?:news|developments|updates?)"
    r"|(?:what(?: is|['’]s) )?(?:the )?current (?:status|state)|where do(?:es)? (?:things|it all) stand)"
    r" (?:on|about|in|with|for|of|from) (?P<rest>.+)",
    re.IGNORECASE,
)
HAPPENED = r"what (?:has |had )?happened (?:in|at|during|with|around) (?P<rest>.+)"
_MANY = (
    rf"(?:how many (?:of (?:the|our|these|your) )?|count (?:all )?(?:of )?(?:the )?"
    rf"|(?:what(?: is|['’]s) )?(?:the )?number of )(?:news )?{_ARTICLES}"
)
COUNT = (rf"{_MANY}\b(?P<rest>.*)",)
_NAMED = r"(?:mentioned|named|discussed|referred to)"
# "In how many articles does Putin appear", "How often is Putin mentioned"
COUNT_OF_NAMED = (
    rf"in how many (?:of (?:the|our|these|your) )?(?:news )?{_ARTICLES} (?:does|do|did|is|are|was|were)"
    rf" (?P<rest>.+?) (?:appear|occur|come up|feature|figure|show up|(?:get )?{_NAMED})",
    rf"how (?:often|many times) (?:does|do|did|is|are|was|were) (?P<rest>.+?) (?:get )?{_NAMED}"
    rf"(?: in (?:the|our|these|your) {_ARTICLES})?",
    rf"how (?:often|many times) do (?:the|our|these|your) {_ARTICLES} (?:mention|name) (?P<rest>.+)",
)
LIST_OF_NAMED = (COUNT_OF_NAMED[0].replace("how many", "(?:which|what)"),)
# "Which articles did Ada Pell write"
LIST_BY = (
    rf"(?:which|what) {_ARTICLES} (?:did|has|have) (?P<rest>.+?) (?:write|written|publish|published|run)",
)
LIST = (
    rf"(?:which|what) (?:of (?:the|our|these|your) )?(?:news )?{_ARTICLES}\b(?P<rest>.*)",
    rf"(?:list|show(?: me)?|find(?: me)?|give me|name|(?:are|is) there|(?:do|have) (?:we|you)(?: have| got)?)"
    rf" (?:all |any |every )?(?:of )?(?:the )?(?:news )?{_ARTICLES}\b(?P<rest>.*)",
    r"what (?:do|have) (?:we|you) (?:have|got)(?P<rest> (?:from|by|on|about|in|for)\b.+)",
    r"(?:(?:is|are) there |have (?:we|you) got |(?:do|have) (?:we|you)(?: have)? )?(?:anything|something)"
    r"(?P<rest> (?:from|by|on|about)\b.+)",
    rf"(?:(?:all|any) )?(?:the )?(?:news )?{_ARTICLES}"
    r"(?P<rest> (?:(?:that )?mention(?:ing|s)?|about|on|from|by|covering|containing|quoting|naming)\b.+)",
    rf"(?:which|what) {_ARTICLE}(?P<rest> (?:mentions|names|contains|covers|discusses|is about|is on"
    r"|reports (?:on|about)|talks about|deals with|quotes)\b.+)",
    r"(?:which|what) (?:papers|newspapers|outlets|sources|sites|publications|media)(?P<rest> (?:have )?"
    r"(?:(?:wrote|written|reported) (?:about|on)|covered|mention(?:ed)?)\b.+)",
    r"(?:what (?:was|were|has been)|(?:show|list|give|find) (?:me )?(?:everything|all|what was))"
    r"(?: that was)?(?P<rest> (?:published|posted) (?:on|in (?=(?:[a-z]+"
    r" )?\d{4})|since|before|after|between|last|this"
    r"|yesterday|today)\b.*)",
)
_NUMBER = r"\d+|two|three|four|five|ten"
# "the five newest articles about Greenpeace", "what's the oldest story"
AGED = (
    rf"(?:(?:what|which)(?: one| article)?(?: is|['’]s| are| was| were) |{GIVE}|list )?(?:the )?"
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
    rf"(?:describe|summari[sz]e|sum up|{GIVE}{_SHORT}(?:overview|summary) of) (?:all )?{_THESE}"
    rf" (?:{_HOLDING}|{_STORIES})",
)
OF_ARTICLES = re.compile(
    r"(?:(?:that|which|do|have|has|are|is|were|was|we|you|there|got|in|all|also|here|the folder|the archive"
    r"|the collection) )*"
    r"(?:(?P<mention>mention(?:s|ed|ing)?|names?|naming|contain(?:s|ing)?|include(?:s)?|refer(?:s|ring)? to"
    r"|quot(?:es?|ing)|use(?:s)? the"
    r" word)|(?P<about>about|on|cover(?:s|ing|ed)?|discuss(?:es|ing)?|deal(?:s|ing)? with"
    r"|report(?:s|ing|ed)? (?:on|about)|talk(?:s|ing)? about|(?:write|wrote|written)"
    r" (?:about|on)))? ?(?P<subject>.*)",
    re.IGNORECASE,
)
# What may follow "articles" without a verb: the words that narrow the list.
NARROWED = re.compile(
    r"(?:from|by|in|on|since|before|after|until|published|written|there|this|last|between)\b",
    re.IGNORECASE,
)
_IN_TIME = r"(?:day by day|step by step|in (?:chronological )?order|chronologically)"
_AT = r"(?:in|at|during|with|to|around|on)"
TIMELINE = (
    rf"(?:what(?: is| was|['’]s) |list )?{GIVE}{_SHORT}(?:timeline|time line|chronology|sequence of events"
    r"|(?:key |main |important )?(?:dates|milestones))"
    r" (?:of|for|on|about|in|around|behind) (?P<rest>.+)",
    r"(?:what(?: is| was|['’]s)|show me|tell me|give me|show|trace) the history of (?P<rest>.+)",
    r"(?P<rest>[^,]+?)[,:]? (?:timeline|chronology)",
    r"what (?:has )?happened (?:(?P<after>after|since|following)|(?P<before>before|leading up to"
    r"|in the (?:run-?up|lead-?up) to)) (?P<rest>.+)",
    r"how (?:did|has|have) (?P<rest>.+) (?:unfold(?:ed)?|develop(?:ed)?|evolved?|play(?:ed)? out)"
    r"(?: over time| so far)?",
    rf"in (?:what|which) order did (?:things|events|it all|everything) (?:happen|unfold) {_AT}"
    rf" (?P<rest>.+)",
    rf"(?:list|put|show(?: me)?|give me|arrange) (?:all )?the (?:main |key )?events (?:of|around|about"
    rf"|surrounding|in|at) (?P<rest>.+?) {_IN_TIME}",
    rf"what happened when,? {_AT} (?P<rest>.+)",
    r"(?P<rest>[^,:]+)[,:] what happened when",
    rf"what happened next {_AT} (?P<rest>.+)",
    rf"{_IN_TIME},? what (?:has )?happened {_AT} (?P<rest>.+)",
    rf"what (?:has )?happened {_AT} (?P<rest>.+?),? {_IN_TIME}",
    r"when did each (?:of the )?(?P<rest>.+)",
)
LED = re.compile(
    r"^(?:what (?:has |had )?happened (?:in|at|during|with|to|after) "
    r"|the (?:news|events|latest|developments) (?:about|on|in|from|of) |everything (?:about|on) |the |an? )+",
    re.IGNORECASE,
)
DATED = re.compile(DATE)
CLAUSE = re.compile(r"\b(?:when|after|before|if|that|because|while|did|does|was|were|is|are)\b")
PRONOUN = re.compile(rf"(?:{any_of(PERSONAL)}|this|that|these|those|there)\b", re.IGNORECASE)
