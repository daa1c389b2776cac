"""Words that tell where students are spoken of, and capitalised words of schools that are nobody's name."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STUDENT_WORDS = _words(
    """
    student students pupil pupils learner learners child children kid kids grader graders
    classmate classmates boy boys girl girls son daughter freshman freshmen sophomore sophomores kindergartner
    kindergartners kindergartener kindergarteners preschooler preschoolers iep grade grades class sibling siblings
    parent parents guardian guardians mother father mom dad named called
    """
)

DIRECT_STUDENT_WORDS = _words(
    """
    student students pupil pupils learner learners child children kid kids grader graders boy girl son daughter
    classmate classmates freshman sophomore kindergartner kindergartener named called
    """
)

HONORIFICS = _words("mr mrs ms miss mx dr prof professor principal coach superintendent dean sir madam")

ORDINARY = _words(
    """
    a about above according across after afterwards again all almost along already also although always among an and
    another any anyone are around as asked at away back be because before behind being below beside besides best
    between both but by can clearly could during each earlier early eight either eleven even eventually every
    everybody everyone everything few finally first five following for four from given he her here hers him his how
    however i if in indeed initially instead into is it its just last lastly later least less let like many maybe
    meanwhile more most much my near neither never nevertheless new next nine no nobody none nor not nothing now of
    off often on once one only or other others otherwise our ours out over overall own per perhaps rather same
    second see seeing seven several she should similarly since six so some somebody someone something sometimes soon
    still such ten than that the their theirs them then there therefore these they third this those though three
    through throughout thus to today together tomorrow too toward towards twelve twice two under unless until up
    upon us very was we well were what whatever when whenever where whereas wherever whether which while who whole
    whom whose why will with within without working yes yesterday yet you your yours please thank thanks dear hello
    hi
    """
)

CALENDAR = _words(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul
    aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays
    thursdays fridays saturdays sundays mon tue tues wed thu thur thurs fri sat sun spring summer fall autumn winter
    semester trimester quarter week weeks month day days year term christmas thanksgiving easter halloween ramadan
    """
)

_SCHOOL = _words(
    """
    academy achievement act action activity additional administration advanced advisory agenda agreement aim algebra
    alternative american analysis anchor answer answers anti appendix applied area art arts assembly assessment
    assessments assignment assistant association attendance attention award badge badges baseline behavior behaviour
    benchmark best biology black board book books boys building bulletin calculus calendar campus canvas card cards
    care career cause central certificate certification change changes chapter character chart charter check
    checklist chemistry choice chromebook chromebooks circle circles civics class classroom classrooms climate close
    coach coaching code cohort collaborative college commission committee common community complete conference
    conferences connect consultancy content continuous core council counselor county course creative credential
    criteria critical critique culture curriculum cycle cycles dashboard data date debate deep department design
    desk development dialogue diagram digital direct discussion district diverse do doc docs document draft drive
    driver early east education educational educator educators effective elementary engagement engineering english
    entry equity essay essential establishing evaluation event evidence exam example excellence excel exit
    experience explicit exploring expo facebook facilitating facilitation family feedback field final focus focusing
    form forms foundation foundations framework french friends fund gallery game general geography geometry german
    girls global goal goals google grade graders grades grading graph graphic group groups growth guide guided
    guiding habits hall handbook health help high higher history hispanic home honors house hub human humanities
    idea ideas impact improvement improving individual individualized inc independent initial innovation inquiry
    institute institutional instruction instructional integrated interim international internet intervention
    interview introduction inventory job journal junior kahoot khan kit lab laboratory language languages latin
    latino leader leaders leadership leading learner learners learning lesson lessons letter level library life line
    linear list listening literacy literature log looking low lower main management map maps materials math
    mathematics mathematical measure measures measuring media meeting memo mentor method methods micro microsoft
    middle mind mini minutes model module morning motivation multi multiple music national native network night
    nomination north note notes notebook notice number observation observing office online open opportunity option
    oral order organizer orientation outcome outcomes outline padlet page pair paper parent parents part partner
    pdsa pear pedagogy peer peers people performance period personal personalized perspective phase phonics photo
    photos physical physics pilot plan planning plc poetry point policy portfolio post poster powerpoint practice
    practices pre presentation primary principal prior problem process product professional program programme
    progress project protocol protocols public pupil question questions quick quiz quizlet rating rationale reader
    readers reading record reflection reflections region report reports request research resource resources response
    responses restorative result results review rich room rotation routine rubric rubrics run sample scale scheme
    school schools science sciences score scores secondary section sel self seminar senior series service session
    sessions shared sharing sheet sheets short silent site six skills slide slides small social society socratic
    software solution south spanish speaking special spreadsheet staff standard standards star start state states
    statement station stations steam stem step steps story strand strategic strategies strategy street structure
    student students studies study style subject success summary summative support survey surveys syllabus system
    talk task tasks teacher teachers teaching team teams technology template test testing tests text theme theory
    thinking time title tool tools topic track training transcript tuning tutorial twitter type understanding
    unified union unit united units university upper use using variety version video videos view vocabulary voice
    voices vision visit visual warm web weekly west white will word words work worksheet worksheets workshop
    workshops world write writer writers writing youtube zone zoom key aisle africa african asia asian europe
    european america canada mexico china india london york california texas
    """
)

NOT_NAMES = ORDINARY | CALENDAR | STUDENT_WORDS | _SCHOOL
