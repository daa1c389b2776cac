"""Given names that are common in schools and are hardly ever ordinary words, so that one alone is a sign."""

from __future__ import annotations

_WORDS = """
    aaliyah aaron abby abdul abdullah abigail abraham ada adam adelaide adele adrian adriana ahmad ahmed aidan aiden
    aisha aiyana ajay akira alan alana alberto aleah alejandra alejandro alessandra alex alexa alexander alexandra
    alexandria alexis alfredo ali alice alicia alina alisha alison aliyah allen allison alma alondra alyssa amanda
    amara amari amaya amelia amina amir amira amy ana anaya andre andrea andres andrew andy angela angelica angelina
    angelo anika anita aniyah anna annabelle anne annie anthony antoine antonio anya araceli ariana arianna ariel
    armando arturo arya asher ashley ashton athena aubrey audrey aurora ava avery axel ayaan ayanna ayesha ayla
    bailey beatriz bella ben benjamin bethany bianca blake bradley brandon brayden brenda brendan brian briana
    brianna bridget brody brooke bruno bryan bryce caden caitlin caleb camden cameron camila camille carla carlos
    carmen caroline carter catalina catherine cecilia cedric cesar charlie chelsea chloe chris christina christine
    christopher claire clara claudia clayton cody colin connor cooper cora corey courtney cristian cristina curtis
    cynthia daisy dakota damian damien dana daniel daniela danielle danny dante daphne darius darnell darren david
    dayana deandre deborah declan delilah demetrius denise dennis derek derrick deshawn desiree destiny devin devon
    diana diego dmitri dominic dominique donovan dylan eduardo edgar edward eleanor elena eli elias elijah elisa
    elise eliza elizabeth ella ellen ellie eloise elsa emanuel emerson emil emilia emiliano emilio emily emma
    emmanuel enrique eric erica erick erik erika erin ernesto esmeralda esperanza estela esteban esther ethan eva
    evan evelyn everett ezekiel ezra fabian fatima felicia felipe felix fernanda fernando finn fiona frances
    francesca francisco freya gabriel gabriela gabriella gabrielle gage gavin genesis genevieve george gerardo
    gianna gilbert giovanni giselle gloria gordon graham gregory greta griffin guadalupe guillermo gustavo gwendolyn
    hailey haley hana hannah harper harrison harry hassan hayden hazel heather hector heidi helen helena henry
    hiroshi holly hudson hugo ian ibrahim ignacio imani ines ingrid irene iris irma isaac isabel isabella isabelle
    isaiah ismael israel ivan jabari jack jackie jacob jacqueline jaden jaime jakob jalen jamal james jamie jamila
    janelle janet janiyah jared jasmin jasmine jason javier jayden jayla jaylen jeffrey jenna jennifer jeremiah
    jeremy jerome jesse jessica jesus jillian joanna joaquin jocelyn joel johanna john johnny jonah jonas jonathan
    jorge jose joseph joshua josiah josie josue juan juana juanita julia julian juliana julie juliet julio julius
    justin kaden kai kaitlyn kaleb kamari kamila kara karen karina karla kate katelyn katherine kathleen kathryn
    katie kavya kayla kaylee keira keisha keith kelly kelsey kelvin kendall kendra kenneth kevin khadija khalil
    kiara kieran kimberly kira kofi kristen kristina kwame kyle kylie kyra laila lakshmi lamar landon lara larissa
    latoya laura lauren layla leah leila leilani lena leo leon leonardo leslie leticia levi liam lila liliana
    lillian lily linda lindsay lisa logan lola lorena lorenzo louis louisa luca lucas lucia luciana lucy luis luisa
    luke luna luz lydia lyla mackenzie maddie madeline madelyn maggie maira malachi malak malia malik manuel marco
    marcos marcus margaret maria mariah mariam mariana marie mariela marilyn marina mario marisol marissa marta
    martha martin martina marvin mary mason mateo matthew matias maurice mauricio max maya megan mei melanie melissa
    melody mercedes mia micah michael michaela michelle miguel mikayla mila milo miranda miriam mohamed mohammad
    mohammed moises molly monica monique muhammad mustafa mya nadia naomi natalia natalie natasha nathan nathaniel
    nayeli neha nevaeh nicholas nico nicole nikhil nina noah noel noelle noemi nolan nora norma odin olivia omar
    oscar osman owen pablo paige paloma pamela paola patricia patrick paul paula paulina pedro penelope perla peter
    peyton philip phoebe phoenix preston priya quentin quinn quinton rachel rafael raj ramiro ramon randy raquel
    rashad raul ravi raymond rebecca reese regina renata rene reuben reyna ricardo richard ricky riley rita robert
    roberto rocio roderick rodrigo rohan roman ronald rosa rosario rosemary rowan roxana ruben ruth ryan sabrina
    sadie salma salvador samantha samir samuel sandra sanjay santiago sara sarah sasha saul sean sebastian selena
    serena sergio seth shanice shannon shawn sheila shirley siddharth sienna silvia simone sofia sonia sophia sophie
    stacy stella stephanie stephen steven susan svetlana sydney sylvia tamara tamika tania tanisha tanya tariq tasha
    tatiana taylor teresa terrence thalia thomas tiana tiffany timothy tobias tomas tommy tony travis trevor trinity
    tristan tyler tyrone valentina valeria vanessa veronica vicente victor victoria vincent violeta vivian wei wendy
    wesley william wyatt xander xavier ximena yadira yahir yasmin yesenia yolanda yuki yusuf yvette zachary zain
    zainab zara zayden zion zoe zoey
"""
GIVEN_NAMES = frozenset(_WORDS.split())
